import assert from 'node:assert/strict'
import type {NamedVerdict} from '../../../src/events.ts'
import {installNodeTools, needsNodeTools} from '../../../test/validators/node-tools.ts'
import {createCheckout, ENV, validateCheckout} from '../../../test/validators/support.ts'
import {needs} from '../../../test/validators/tools.ts'
import {validatorContract} from '../../../test/validators/validator-contract.ts'
import {lintValidator} from '../src/lint-validator.ts'

type Files = Readonly<Record<string, string>>

const validators = [{validator: lintValidator, options: undefined}]
const needsRuff = function (this: Mocha.Context) {
  needs(this, 'ruff', '--version')
}

interface Setting {
  readonly base?: Files
  readonly tools?: 'tools' | 'own'
  readonly env?: Readonly<Record<string, string>>
}

async function lint(files: Files, {base, tools, env = ENV}: Setting = {}): Promise<NamedVerdict> {
  const checkout = await createCheckout(files, base)
  if (tools) await installNodeTools(checkout, {from: tools})
  const [verdict] = (await validateCheckout(checkout, {validators, env})).verdicts
  assert.ok(verdict)
  return verdict
}

const shown = ({findings}: NamedVerdict) =>
  findings.map(({file, line, message, preExisting}) => `${file}:${line} ${message.split(':')[0]}${preExisting ? ' (old)' : ''}`)

validatorContract({
  validator: lintValidator,
  nothing: {'a.py': 'import os\n', 'pyproject.toml': '[project]\nname = "a"\n'},
  good: {'ruff.toml': '', 'a.py': 'x = 1\n'},
  bad: {'ruff.toml': '', 'a.py': 'x = 1\nimport os\n'},
  before: needsRuff,
})

describe('lint', function () {
  this.timeout(60_000)

  describe('of Python', () => {
    before(needsRuff)

    it('blames the lines that were added, and marks what was there before', async () => {
      const base = {'pyproject.toml': '[tool.ruff.lint]\nselect = ["F"]\n', 'a.py': 'import os\n', 'b.py': 'import re\n'}
      const verdict = await lint({...base, 'a.py': 'import os\nimport sys\n'}, {base})
      assert.deepEqual([verdict.status, shown(verdict)], ['fail', ['a.py:2 ruff F401', 'a.py:1 ruff F401 (old)']])
      assert.equal(verdict.evidence, 'ruff on 1 changed file.')
    })

    it('passes when everything was there before, and is skipped when no file of its kind was changed', async () => {
      const base = {'ruff.toml': 'lint.select = ["F"]\n', 'a.py': 'import os\n', 'README.md': ''}
      assert.deepEqual(shown(await lint({...base, 'a.py': 'import os\nx = 1\n'}, {base})), ['a.py:1 ruff F401 (old)'])
      assert.equal((await lint({...base, 'README.md': 'import os\n'}, {base})).status, 'skip')
    })

    it('leaves out what the configuration leaves out, and writes no cache', async () => {
      const verdict = await lint({'ruff.toml': 'exclude = ["gen"]\n', 'gen/a.py': 'import os\n', 'b.py': 'x = 1\n'})
      assert.equal(verdict.status, 'pass')
    })

    it('takes the closest configuration, and names of files for names', async () => {
      const files = {
        'a/ruff.toml': '[lint]\nselect = ["I"]\n',
        'a/--fix.py': 'import os\n',
        "it's/ruff.toml": '',
        "it's/b.py": 'import os\n',
      }
      assert.deepEqual(shown(await lint(files)), ["it's/b.py:1 ruff F401"])
    })

    it('fails with the words of a linter that cannot read its configuration', async () => {
      const verdict = await lint({'ruff.toml': 'nonsense = 1\n', 'a.py': 'x = 1\n'})
      assert.equal(verdict.status, 'fail')
      assert.match(verdict.findings[0]?.message ?? '', /^ruff could not check anything: it exited with 2\.\n[^]*nonsense/)
    })

    it('runs flake8 where a project configures that and not Ruff', async function () {
      needs(this, 'flake8', '--version')
      const verdict = await lint({'setup.cfg': '[flake8]\nselect = F\n', 'src/a.py': 'x = 1\nimport os\n'})
      assert.deepEqual(shown(verdict), ['src/a.py:2 flake8 F401'])
    })

    it('says how to install a linter that is configured and not there, in the words of the project', async () => {
      const files = {'ruff.toml': '', 'a.py': 'x = 1\n'}
      const bare = {env: {...ENV, PATH: '/nowhere'}}
      assert.deepEqual((await lint(files, bare)).missing, [{tool: 'ruff', install: 'python3 -m pip install ruff'}])
      assert.deepEqual((await lint({...files, 'uv.lock': ''}, bare)).missing, [{tool: 'ruff', install: 'uv sync'}])
    })
  })

  describe('of JavaScript and TypeScript', () => {
    before(async function () {
      await needsNodeTools(this)
    })

    const flat = "export default [{rules: {'no-debugger': 'error', 'no-unused-vars': 'warn'}}]\n"

    it('reads ESLint with a flat configuration, whose warnings are none of its errors', async () => {
      const files = {'eslint.config.mjs': flat, 'lib/a.js': 'const a = 1\ndebugger\n', 'lib/a.ts': 'const a: number = 1\n'}
      assert.deepEqual(shown(await lint(files, {tools: 'tools'})), ['lib/a.js:2 eslint no-debugger'])
      const strict = {...files, 'package.json': '{"scripts": {"lint": "eslint . --max-warnings=0"}}'}
      assert.deepEqual(shown(await lint(strict, {tools: 'tools'})), ['lib/a.js:1 eslint no-unused-vars', 'lib/a.js:2 eslint no-debugger'])
    })

    it('reads ESLint with a legacy configuration', async () => {
      const files = {
        '.eslintrc.json': '{"root": true, "rules": {"no-debugger": "error"}}',
        'a.js': 'debugger\n',
        'a.ts': 'const a: number = 1\n',
      }
      assert.deepEqual(shown(await lint(files, {tools: 'tools'})), ['a.js:1 eslint no-debugger'])
    })

    it('names the line of what cannot be parsed', async () => {
      assert.deepEqual(shown(await lint({'eslint.config.mjs': flat, 'a.js': '\nconst = 1\n'}, {tools: 'tools'})), ['a.js:2 eslint'])
    })

    it('fails with the words of ESLint when its configuration cannot be loaded', async () => {
      const verdict = await lint({'eslint.config.mjs': "import 'not-there'\n", 'a.js': '\n'}, {tools: 'tools'})
      assert.match(verdict.findings[0]?.message ?? '', /^eslint could not check anything: it exited with 2\.\n[^]*not-there/)
    })

    it('reads Biome and Oxlint, each in its own folder of one repository', async () => {
      const files = {
        'web/biome.json': '{"linter": {"rules": {"suspicious": {"noDebugger": "error"}}}}',
        'web/src/a.js': '\ndebugger\n',
        'api/.oxlintrc.json': '{"rules": {"no-debugger": "error"}}',
        'api/a.ts': 'debugger\n',
        'other/a.js': 'debugger\n',
      }
      const web = Object.fromEntries(Object.entries(files).filter(([file]) => !file.startsWith('api')))
      const api = Object.fromEntries(Object.entries(files).filter(([file]) => !file.startsWith('web')))
      assert.deepEqual(shown(await lint(web, {tools: 'tools'})), ['web/src/a.js:2 biome suspicious/noDebugger'])
      assert.deepEqual(shown(await lint(api, {tools: 'own'})), ['api/a.ts:1 oxlint no-debugger'])
    })

    it('says how to install what is configured and not there, by the lock file', async () => {
      const files = {'eslint.config.mjs': flat, 'biome.json': '{}', 'a.js': '\n', 'pnpm-lock.yaml': ''}
      const listed = {...files, 'package.json': '{"devDependencies": {"eslint": "9"}}'}
      assert.deepEqual((await lint(listed)).missing, [
        {tool: 'eslint', install: 'pnpm install --frozen-lockfile'},
        {tool: '@biomejs/biome', install: 'pnpm add --save-dev @biomejs/biome'},
      ])
    })

    it('does not believe a linter that came with the tree', async () => {
      const files = {'.oxlintrc.json': '{}', 'a.js': 'debugger\n', 'node_modules/.bin/oxlint': '#!/bin/sh\necho \'{"diagnostics": []}\'\n'}
      assert.deepEqual((await lint(files)).missing, [{tool: 'oxlint', install: 'npm install --save-dev oxlint'}])
    })
  })

  describe('of Go', () => {
    before(function () {
      // A user who has never built anything compiles the standard library first.
      this.timeout(240_000)
      needs(this, 'go', 'test', '-run', '^$', 'fmt')
    })

    const printf = 'package a\n\nimport "fmt"\n\nfunc F() {\n\tfmt.Printf("%d\\n", "x")\n}\n'
    const unchecked = 'package a\n\nimport "os"\n\nfunc F() {\n\tos.Remove("x")\n}\n'

    it('runs go vet in each module that configures no linter', async () => {
      const verdict = await lint({'back/go.mod': 'module back\n\ngo 1.19\n', 'back/lib/a.go': printf, 'back/lib/testdata/b.go': 'nonsense'})
      assert.deepEqual(shown(verdict), ['back/lib/a.go:6 go vet'])
    })

    it('names file and line of what does not build', async () => {
      const verdict = await lint({'go.mod': 'module a\n\ngo 1.19\n', 'a.go': 'package a\n\nvar A = missing\n'})
      assert.deepEqual(shown(verdict), ['a.go:3 go vet'])
    })

    it('runs golangci-lint where it is configured, for modules below too', async function () {
      needs(this, 'golangci-lint', 'version')
      const verdict = await lint({'.golangci.yml': 'version: "2"\n', 'back/go.mod': 'module back\n\ngo 1.19\n', 'back/a.go': unchecked})
      assert.deepEqual(shown(verdict), ['back/a.go:6 golangci-lint errcheck'])
    })

    it('fails with the words of golangci-lint when its configuration is wrong', async function () {
      needs(this, 'golangci-lint', 'version')
      const verdict = await lint({'.golangci.yml': 'version: "9"\n', 'go.mod': 'module a\n\ngo 1.19\n', 'a.go': unchecked})
      assert.match(verdict.findings[0]?.message ?? '', /^golangci-lint could not check anything: it exited with \d\.\n[^]*version/)
    })

    it('says how to install golangci-lint in the version that its configuration is for', async () => {
      const files = {'go.mod': 'module a\n\ngo 1.19\n', 'a.go': 'package a\n'}
      const bare = {env: {...ENV, PATH: '/nowhere'}}
      const install = async (config: string) => (await lint({...files, '.golangci.yml': config}, bare)).missing?.[0]?.install
      assert.equal(await install('version: "2"\n'), 'go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@latest')
      assert.equal(await install('run:\n'), 'go install github.com/golangci/golangci-lint/cmd/golangci-lint@latest')
    })
  })

  it('runs all linters of a mixed repository, and reports them in the order of the files', async function () {
    needs(this, 'ruff', '--version')
    const files = {
      'ruff.toml': '',
      'b.py': 'import os\n',
      'a/.oxlintrc.json': '{"rules": {"no-debugger": "error"}}',
      'a/a.js': 'debugger\n',
    }
    const verdict = await lint(files, {tools: 'own'})
    assert.deepEqual(shown(verdict), ['a/a.js:1 oxlint no-debugger', 'b.py:1 ruff F401'])
    assert.equal(verdict.evidence, 'ruff on 1 changed file, oxlint on 1 changed file.')
  })
})
