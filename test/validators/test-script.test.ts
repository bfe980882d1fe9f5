import assert from 'node:assert/strict'
import {splitCommands} from '../../src/validators/shell-words.ts'
import {classifyScript} from '../../src/validators/test-script.ts'

describe('splitCommands', () => {
  const scripts: readonly (readonly [script: string, commands: readonly (readonly string[])[]])[] = [
    [
      'cd a && go test ./...',
      [
        ['cd', 'a'],
        ['go', 'test', './...'],
      ],
    ],
    ['echo "a && b" \'c;d\' e\\ f', [['echo', 'a && b', 'c;d', 'e f']]],
    ['a # comment; b\nc', [['a'], ['c']]],
    [
      'a 2>&1 | tee x',
      [
        ['a', '2>&1'],
        ['tee', 'x'],
      ],
    ],
    ['(cd a; b)', [['cd', 'a'], ['b']]],
    ['a \\\n  --b', [['a', '--b']]],
    ['ls *.{js,ts} ${X}', [['ls', '*.{js,ts}', '${X}']]],
    ['', []],
    ["echo 'open", [['echo', 'open']]],
  ]
  for (const [script, commands] of scripts) {
    it(`splits ${JSON.stringify(script)}`, () => assert.deepEqual(splitCommands(script), commands))
  }
})

describe('classifyScript', () => {
  const kinds: readonly (readonly [script: string, kind: string])[] = [
    ['node --test', 'runner'],
    ['node --test --experimental-strip-types test/*.ts', 'runner'],
    ['npx --yes mocha test', 'runner'],
    ['cd web && CI=1 npx vitest run', 'runner'],
    ['python -m pytest -q', 'runner'],
    ['poetry run pytest', 'runner'],
    ['timeout 60 go test ./...', 'runner'],
    ['cargo test --quiet', 'runner'],
    ['node node_modules/mocha/bin/mocha.js', 'runner'],
    ['yarn jest', 'runner'],
    ['./proto/generate.sh && echo "Proto files generated"', 'other'],
    ['test -f src/a.js', 'other'],
    ['node check.js', 'other'],
    ['go build ./...', 'other'],
    ['npm run build', 'other'],
    ['true', 'noop'],
    ['echo "all tests pass"', 'noop'],
    ['exit 0', 'noop'],
    ['exit 1', 'other'],
  ]
  for (const [script, kind] of kinds) {
    it(`takes ${script} for ${kind}`, async () => assert.equal((await classifyScript(script, async () => ({}))).kind, kind))
  }

  it('follows package.json scripts, in the folder that they are called in', async () => {
    const readScripts = async (dir: string): Promise<Readonly<Record<string, string>>> =>
      dir === 'web' ? {test: 'npm run unit && npm run lint', unit: 'vitest run', lint: 'eslint .'} : {test: 'echo ok'}
    const kindOf = async (script: string) => (await classifyScript(script, readScripts)).kind
    assert.deepEqual(
      [
        await kindOf('cd web && npm test'),
        await kindOf('npm --prefix web test'),
        await kindOf('npm test'),
        await kindOf('cd web; yarn lint'),
      ],
      ['runner', 'runner', 'noop', 'other'],
    )
  })

  it('ends for scripts that call themselves', async () => {
    assert.ok(await classifyScript('npm test', async () => ({test: 'npm test'})))
  })

  it('shows the flags of the scripts that will run', async () => {
    const {text} = await classifyScript('npm test', async () => ({test: 'node --test --test-reporter=dot'}))
    assert.match(text, /--test-reporter=dot/)
  })
})
