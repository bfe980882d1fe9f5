import assert from 'node:assert/strict'
import {createServer, type AddressInfo} from 'node:net'
import {createCheckout, createCriterion, createPhase, validateCheckout} from './support.ts'

async function judge(
  files: Readonly<Record<string, string>>,
  markdown: string,
  options: {check?: string; testCommand?: string; limitMs?: number} = {},
) {
  const checkout = await createCheckout(files)
  const criteria = [createCriterion(markdown, options.check)]
  const phase = createPhase({criteria, testCommand: options.testCommand ?? 'test -d .'})
  const {
    criteria: [verdict],
  } = await validateCheckout(checkout, {phase, limits: {validationMs: options.limitMs ?? 20_000}})
  assert.ok(verdict)
  return verdict
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  // `listen` with a port gives an address with one.
  const {port} = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

describe('a criterion', () => {
  it('about files is met by files that are committed', async () => {
    const {verdict, check, evidence} = await judge({'proto/a.proto': 'x'}, 'proto/*.proto files exist')
    assert.deepEqual([verdict, check, evidence], ['met', 'files: proto/*.proto', 'proto/*.proto: proto/a.proto.'])
  })

  it('about files that the test command makes says that they are not committed', async () => {
    const testCommand = 'mkdir backend && echo x > backend/stub.py'
    const {verdict, evidence} = await judge({'a.txt': 'x'}, 'Stubs generated in backend/', {testCommand})
    assert.equal(verdict, 'met')
    assert.match(evidence, /not committed/)
  })

  it('about files is unmet when one of them is missing, or a folder is empty', async () => {
    const both = await judge({'src/a.js': 'x'}, '`src/a.js` and `src/b.js` exist')
    assert.deepEqual([both.verdict, both.evidence], ['unmet', 'src/a.js: src/a.js; nothing matches src/b.js.'])
    assert.equal((await judge({'a.txt': 'x'}, 'out/ is created', {testCommand: 'mkdir out'})).verdict, 'unmet')
  })

  it('about files is unmet when there is nothing in them', async () => {
    const {verdict, evidence} = await judge({'src/a.js': '\n', 'src/.keep': ''}, '`src/a.js` exists')
    assert.deepEqual([verdict, evidence], ['unmet', 'src/a.js: src/a.js, with nothing in it.'])
    assert.equal((await judge({'src/.keep': ''}, '`src/.keep` exists')).verdict, 'met')
  })

  it('about files of languages needs each of them, and one of them in each folder', async () => {
    const text = 'Python and Go stubs generated in backend/ and grpc-service/'
    assert.equal((await judge({'backend/a_pb2.py': 'x', 'grpc-service/a.pb.go': 'x'}, text)).verdict, 'met')
    const none = await judge({'backend/a_pb2.py': 'x', 'grpc-service/notes.md': 'x'}, text)
    assert.deepEqual(
      [none.verdict, none.evidence],
      ['unmet', 'backend/: backend/a_pb2.py; nothing matches grpc-service/; there is no Go file.'],
    )
    assert.match((await judge({'backend/a.py': 'x', 'grpc-service/b.py': 'x'}, text)).evidence, /there is no Go file\.$/)
  })

  it('about the absence of a file is met when it is gone', async () => {
    assert.equal((await judge({'a.txt': 'x'}, '`src/old.js` no longer exists')).verdict, 'met')
    assert.equal((await judge({'src/old.js': 'x'}, '`src/old.js` no longer exists')).verdict, 'unmet')
  })

  it('with a command is met by its exit code alone', async () => {
    const good = await judge({'a.txt': 'x'}, 'It is there', {check: 'test -f a.txt'})
    assert.deepEqual([good.verdict, good.check, good.evidence], ['met', 'command: test -f a.txt', '`test -f a.txt` exited with 0.'])
    const bad = await judge({}, '`cat missing.txt` succeeds')
    assert.equal(bad.verdict, 'unmet')
    assert.match(bad.evidence, /exited with 1 \(expected: 0\)\.\n.*missing\.txt/)
  })

  it('with a command that is the test command is settled by what that proved', async () => {
    const files = {'a.test.mjs': "import test from 'node:test'\ntest('a', () => {})\n"}
    const {verdict, evidence} = await judge(files, '`node --test` passes', {testCommand: 'node --test'})
    assert.deepEqual([verdict, /test command of the phase.* 1 tests ran/.test(evidence)], ['met', true])
  })

  it('with a test runner that runs no test is unmet', async () => {
    const {verdict, evidence} = await judge({'a.txt': 'x'}, '`node --test` passes')
    assert.deepEqual([verdict, evidence.split('\n')[0]], ['unmet', '`node --test` exited with 0, but ran no test.'])
  })

  it('with a command that never ends is unmet', async () => {
    const {verdict, evidence} = await judge({}, 'It ends', {check: 'sleep 600', limitMs: 1000})
    assert.deepEqual([verdict, /time limit/.test(evidence)], ['unmet', true])
  })

  it('about tests needs tests that ran', async () => {
    const files = {'a.test.mjs': "import test from 'node:test'\ntest('a', () => {})\n"}
    const good = await judge(files, 'All tests pass', {testCommand: 'node --test'})
    assert.deepEqual([good.verdict, good.check, good.evidence], ['met', 'tests', '1 tests ran, none failed.'])
    assert.equal((await judge(files, 'All 2 tests pass', {testCommand: 'node --test'})).verdict, 'unmet')
    assert.equal((await judge(files, 'All tests pass', {testCommand: 'false'})).verdict, 'unmet')
    assert.equal((await judge(files, 'All tests pass', {testCommand: 'test -d .'})).verdict, 'unverified')
  })

  it('about a server is met when its command opens the port, and the server is stopped', async () => {
    const port = await freePort()
    const files = {'server.js': `require('node:net').createServer().listen(${port}, '127.0.0.1')\n`}
    const {verdict, evidence} = await judge(files, `\`node server.js\` starts on port ${port}`)
    assert.deepEqual([verdict, evidence], ['met', `\`node server.js\` opened port ${port}.`])
    await new Promise<void>((resolve, reject) => {
      const again = createServer().once('error', reject)
      again.listen(port, '127.0.0.1', () => again.close(() => resolve()))
    })
  })

  it('about a server is unmet when the command ends, or the port stays closed', async () => {
    const port = await freePort()
    assert.equal((await judge({}, `Server starts on port ${port}`, {check: 'exit 3'})).verdict, 'unmet')
    const late = await judge({}, `Server starts on port ${port}`, {check: 'sleep 600', limitMs: 1000})
    assert.equal(late.verdict, 'unmet')
    assert.match(late.evidence, /time limit/)
  })

  it('about a server is unverified without a command, or when the port is taken', async () => {
    assert.equal((await judge({}, 'gRPC server starts on port 50051')).verdict, 'unverified')
    const taken = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => taken.once('listening', resolve))
    const {port} = taken.address() as AddressInfo
    const {verdict, evidence} = await judge({}, `Server starts on port ${port}`, {check: 'sleep 600'})
    await new Promise((resolve) => taken.close(resolve))
    assert.deepEqual([verdict, /open before/.test(evidence)], ['unverified', true])
  })

  it('that nothing recognises stays unverified', async () => {
    const {verdict, check, evidence} = await judge({}, 'Database migrations run')
    assert.deepEqual([verdict, check], ['unverified', 'none'])
    assert.match(evidence, /`check:`/)
  })
})
