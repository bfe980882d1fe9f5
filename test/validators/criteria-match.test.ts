import assert from 'node:assert/strict'
import {matchCriterion} from '../../src/validators/criteria-match.ts'
import {createCriterion} from './support.ts'

const match = (markdown: string, check?: string) => matchCriterion(createCriterion(markdown, check))

describe('matchCriterion', () => {
  const files: readonly (readonly [text: string, patterns: readonly string[]])[] = [
    ['proto/*.proto files exist', ['proto/*.proto']],
    ['`src/a.js` exists', ['src/a.js']],
    ['Files src/a.js, src/b.js and README.md are present.', ['src/a.js', 'src/b.js', 'README.md']],
    ['Create `src/lib/x`', ['src/lib/x']],
    ['There is a LICENSE file', ['LICENSE']],
    ['`Makefile` exists', ['Makefile']],
    ['The folder src/components is created', ['src/components']],
    ['`src/**/*.{js,ts}` files exist', ['src/**/*.{js,ts}']],
    ['[ ] docs/index.md exists', ['docs/index.md']],
  ]
  for (const [text, patterns] of files) {
    it(`looks for files: ${text}`, () => assert.deepEqual(match(text), {kind: 'files', patterns, present: true}))
  }

  for (const text of ['`src/old.js` no longer exists', 'src/old.js is removed', '`src/old.js` does not exist']) {
    it(`looks for the absence of files: ${text}`, () => {
      assert.deepEqual(match(text), {kind: 'files', patterns: ['src/old.js'], present: false})
    })
  }

  it('looks for the languages that a sentence names, in the folders that it names', () => {
    assert.deepEqual(match('Python and Go stubs generated in backend/ and grpc-service/'), {
      kind: 'files',
      patterns: ['backend/', 'grpc-service/'],
      present: true,
      languages: ['Python', 'Go'],
    })
    assert.deepEqual(match('Stubs generated in backend/'), {kind: 'files', patterns: ['backend/'], present: true})
  })

  const commands: readonly (readonly [text: string, command: string, expect: number | 'not zero'])[] = [
    ['`npm run build` succeeds', 'npm run build', 0],
    ['`node --check src/a.js` exits 0', 'node --check src/a.js', 0],
    ['Running `go vet ./...` passes without errors', 'go vet ./...', 0],
    ['`node cli.js --bad` exits with code 2', 'node cli.js --bad', 2],
    ['`test -f secret.txt` fails', 'test -f secret.txt', 'not zero'],
    ['`./scripts/check.sh` passes', './scripts/check.sh', 0],
  ]
  for (const [text, command, expect] of commands) {
    it(`runs a command: ${text}`, () => assert.deepEqual(match(text), {kind: 'command', command, expect}))
  }

  it('runs the `check:` of a criterion, whatever its words', () => {
    assert.deepEqual(match('The parser is fast', 'node bench.js'), {kind: 'command', command: 'node bench.js', expect: 0})
  })

  for (const text of [
    'All tests pass',
    'Unit tests pass',
    'All unit tests pass.',
    'tests are green',
    'The test suite passes',
    'All unit and integration tests pass',
  ]) {
    it(`asks for the tests: ${text}`, () => assert.deepEqual(match(text), {kind: 'tests', atLeast: 1}))
  }

  it('asks for as many tests as the sentence says', () => {
    assert.deepEqual(match('All 12 tests pass'), {kind: 'tests', atLeast: 12})
  })

  it('asks for a server, with a command when there is one', () => {
    assert.deepEqual(match('gRPC server starts on port 50051'), {kind: 'server', port: 50_051})
    assert.deepEqual(match('`node server.js` starts and listens on port 3000'), {kind: 'server', port: 3000, command: 'node server.js'})
    assert.deepEqual(match('Server starts on port 3000', 'node server.js'), {kind: 'server', port: 3000, command: 'node server.js'})
  })

  const none = [
    'Database migrations run',
    '`src/a.js` exists and exports `parse`',
    'The Node.js service exists',
    'Client/server protocol exists',
    'Unit tests for the parser pass',
    '`GET /health` returns 200',
    '`node cli.js add 1 2` prints 3',
    '`npm start` works',
    'src/a.js handles empty input',
    'No file is generated outside dist/',
    '`../secret.txt` exists',
    '`/etc/passwd` exists',
    'README.md documents how to add files',
    '`npm run build` succeeds and `npm run lint` passes',
    'The `parse` function exists',
    'The login page is created in src/',
    'Unit tests are present in tests/',
    'config.json is created with defaults',
    'Server answers on port 3000 within 5 ms',
    '',
  ]
  for (const text of none) it(`promises nothing for: ${text}`, () => assert.deepEqual(match(text), {kind: 'none'}))
})
