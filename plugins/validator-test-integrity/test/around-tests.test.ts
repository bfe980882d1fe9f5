import {describeCases, type Case, type Lie} from './two-trees.ts'

const TEST = "import {test} from 'node:test'\nimport assert from 'node:assert/strict'\ntest('adds', () => {\n  assert.equal(1 + 1, 2)\n})\n"
const PACKAGE = `{
  "type": "module",
  "scripts": {
    "lint": "eslint .",
    "test": "npm run unit && node --test test/e2e.test.js",
    "unit": "mocha test"
  },
  "jest": {
    "testPathIgnorePatterns": ["/node_modules/"],
    "coverageThreshold": {"global": {"lines": 90}}
  }
}
`
const WORKFLOW = `on: push
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: npm test
      - name: Upload
        run: ./upload.sh
`
const TREE = {
  'package.json': PACKAGE,
  'src/sum.js': 'export const add = (a, b) => a + b\n',
  'test/sum.test.js': TEST,
  'test/e2e.test.js': TEST,
  Makefile: 'build:\n\tnode build.js\n\ntest:\n\tnpm test\n\tgo test ./...\n',
  'ci/run.sh': '#!/bin/sh\nset -e\nrm -f out || true\nnpm test\npytest -q\n',
  '.github/workflows/ci.yml': WORKFLOW,
  '.mocharc.json': '{\n  "forbidOnly": true,\n  "spec": ["test/**/*.test.js"]\n}\n',
  'vitest.config.ts':
    "import {defineConfig} from 'vitest/config'\nexport default defineConfig({test: {include: ['test/**/*.test.js'], retry: 0}})\n",
  '.eslintrc.json': '{\n  "rules": {\n    "no-console": "error"\n  }\n}\n',
  'tsconfig.json': '{\n  "compilerOptions": {\n    "strict": true\n  }\n}\n',
  'ruff.toml': 'line-length = 100\n\n[lint]\nignore = ["E501"]\n',
  'test/__snapshots__/sum.test.js.snap': '// Jest Snapshot v1\n\nexports[`sums adds 1`] = `3`;\n\nexports[`sums subtracts 1`] = `1`;\n',
  'testdata/report.golden': 'total 3\n',
  'conduct.config.json': '{\n  "validators": ["npm-test", "test-integrity"]\n}\n',
  '.spec/SPEC.md': '# Sums\n',
}

const script = (by: string) => ({'package.json': [['npm run unit && node --test test/e2e.test.js', by]] as const})

const LIES: readonly Lie[] = [
  {name: 'npm test that says ok', edits: script('echo ok'), says: /^package\.json:5 .*`test` \(`echo ok`\) runs no test.*Put/},
  {
    name: 'a shell of npm that runs nothing',
    edits: {'.npmrc': 'script-shell=/bin/true\n'},
    says: /^\.npmrc:1 `script-shell` is no shell/,
  },
  {
    name: 'tox that runs no tests',
    base: {'tox.ini': '[testenv]\ncommands = pytest\n'},
    edits: {'tox.ini': '[testenv]\ncommands = python -V\n'},
    says: /^tox\.ini:2 The commands of tox run no tests/,
  },
  {name: 'npm test that is true', edits: script('true'), says: /^package\.json:5 .*runs no test/},
  {name: 'npm test that ends with 0', edits: script('exit 0'), says: /^package\.json:5 .*runs no test/},
  {name: 'npm test that asks for the version', edits: script('node --version'), says: /^package\.json:5 .*runs no test/},
  {name: 'npm test || true', edits: script('npm run unit || true'), says: /^package\.json:5 .*whatever the tests say/},
  {name: 'npm test; exit 0', edits: script('npm run unit; exit 0'), says: /^package\.json:5 .*whatever the tests say/},
  {name: '--passWithNoTests', edits: script('jest --passWithNoTests'), says: /^package\.json:5 .*passes when no test runs/},
  {name: '--test-name-pattern', edits: script('node --test --test-name-pattern=adds'), says: /^package\.json:5 .*some names/},
  {name: 'snapshots that are written as they are compared', edits: script('jest -u'), says: /^package\.json:5 .*rewrites the snapshots/},
  {
    name: 'a script below npm test that is weakened',
    edits: {'package.json': [['"mocha test"', '"mocha test --grep adds"']]},
    says: /^package\.json:6 .*some names/,
  },
  {
    name: 'npm test that leaves a file out',
    edits: {
      'package.json': [
        [' && node --test test/e2e.test.js', ''],
        ['mocha test', 'mocha test/sum.test.js'],
      ],
    },
    says: /^package\.json:5 .*1 test files less, test\/e2e\.test\.js/,
  },
  {
    name: 'npm test that is gone',
    edits: {'package.json': [['    "test": "npm run unit && node --test test/e2e.test.js",\n', '']]},
    says: /^package\.json:\d+ The script `test` is gone/,
  },
  {name: 'make test || true', edits: {Makefile: [['\tnpm test', '\tnpm test || true']]}, says: /^Makefile:5 .*whatever the tests say/},
  {
    name: 'a recipe whose exit code is ignored',
    edits: {Makefile: [['\tgo test', '\t-go test']]},
    says: /^Makefile:6 .*whatever the tests say/,
  },
  {name: 'make test without tests', edits: {Makefile: 'build:\n\tnode build.js\n\ntest:\n\techo ok\n'}, says: /^Makefile:1 .*ran tests/},
  {name: 'a script that goes on after a failure', edits: {'ci/run.sh': [['set -e', 'set +e']]}, says: /^ci\/run\.sh:2 .*set \+e/},
  {name: 'a script that ends with 0', edits: {'ci/run.sh': [['pytest -q\n', 'pytest -q\nexit 0\n']]}, says: /^ci\/run\.sh:6 .*ends with 0/},
  {
    name: 'a script with || true behind its tests',
    edits: {'ci/run.sh': [['pytest -q', 'pytest -q || true']]},
    says: /^ci\/run\.sh:5 .*whatever/,
  },
  {
    name: 'continue-on-error',
    edits: {'.github/workflows/ci.yml': [['npm test\n', 'npm test\n        continue-on-error: true\n']]},
    says: /^\.github\/workflows\/ci\.yml:8 .*continue-on-error/,
  },
  {
    name: 'CI without tests',
    edits: {'.github/workflows/ci.yml': [['      - run: npm test\n', '']]},
    says: /^\.github\/workflows\/ci\.yml:1 .*ran tests/,
  },
  {
    name: 'a pattern that leaves tests out',
    edits: {'package.json': [['["/node_modules/"]', '["/node_modules/", "/test/e2e"]']]},
    says: /^package\.json:9 .*takes away test\/e2e\.test\.js/,
  },
  {
    name: 'a spec that is narrowed',
    edits: {'.mocharc.json': [['test/**/*.test.js', 'test/sum.test.js']]},
    says: /^\.mocharc\.json:3 .*finds 1 test files less/,
  },
  {name: 'forbidOnly switched off', edits: {'.mocharc.json': [['true', 'false']]}, says: /^\.mocharc\.json:2 .*forbidOnly/},
  {
    name: 'exclude in a configuration',
    edits: {'vitest.config.ts': [['retry: 0', "exclude: ['test/e2e*']"]]},
    says: /^vitest\.config\.ts:2 .*takes away test\/e2e\.test\.js/,
  },
  {name: 'retries', edits: {'vitest.config.ts': [['retry: 0', 'retry: 5']]}, says: /^vitest\.config\.ts:2 .*repeats failing tests/},
  {
    name: 'passWithNoTests in a configuration',
    edits: {'vitest.config.ts': [['retry: 0', 'passWithNoTests: true']]},
    says: /^vitest\.config\.ts:2 .*passWithNoTests/,
  },
  {name: 'a lower coverage', edits: {'package.json': [['"lines": 90', '"lines": 10']]}, says: /^package\.json:10 .*fell from 90 to 10/},
  {
    name: 'a rule of the linter switched off',
    edits: {'.eslintrc.json': [['"error"', '"off"']]},
    says: /^\.eslintrc\.json:3 .*`no-console` was switched off/,
  },
  {name: 'strict switched off', edits: {'tsconfig.json': [['true', 'false']]}, says: /^tsconfig\.json:3 .*`strict` was switched off/},
  {name: 'a rule ignored', edits: {'ruff.toml': [['["E501"]', '["E501", "F401"]']]}, says: /^ruff\.toml:4 .*`F401`/},
  {
    name: 'eslint-disable',
    edits: {'src/sum.js': [['export', '/* eslint-disable no-console */\nexport']]},
    says: /^src\/sum\.js:1 .*silences the linter/,
  },
  {
    name: '@ts-ignore',
    edits: {'src/a.ts': '// @ts-ignore\nexport const a: number = "1"\n'},
    says: /^src\/a\.ts:1 .*silences the type checker/,
  },
  {
    name: 'istanbul ignore',
    edits: {'src/sum.js': [['export', '/* istanbul ignore next */\nexport']]},
    says: /^src\/sum\.js:1 .*silences coverage/,
  },
  {name: 'noqa', edits: {'a.py': 'import os  # noqa: F401\n'}, says: /^a\.py:1 .*silences the linter/},
  {name: 'type: ignore', edits: {'a.py': 'x: int = "1"  # type: ignore\n'}, says: /^a\.py:1 .*silences the type checker/},
  {name: 'pragma: no cover', edits: {'a.py': 'def f():  # pragma: no cover\n    return 1\n'}, says: /^a\.py:1 .*silences coverage/},
  {name: 'nolint', edits: {'a.go': 'package a\n\nvar x = 1 //nolint:unused\n'}, says: /^a\.go:3 .*silences the linter/},
  {
    name: 'a snapshot written anew',
    edits: {'test/__snapshots__/sum.test.js.snap': [['`3`', '`4`']]},
    says: /\.snap:3 .*`sums adds 1` was written anew/,
  },
  {
    name: 'a golden file written anew',
    edits: {'testdata/report.golden': 'total 4\n'},
    says: /^testdata\/report\.golden:1 .*golden file was written anew/,
  },
  {
    name: 'a spec that an agent changed',
    edits: {'.spec/SPEC.md': '# Sums, easier\n'},
    spec: 'Phase 1: Sums',
    says: /^\.spec\/SPEC\.md:1 .*the spec, was changed/,
  },
  {
    name: 'a configuration that an agent changed',
    edits: {'conduct.config.json': '{}\n'},
    spec: 'Phase 1: Sums',
    says: /^conduct\.config\.json:1 .*was changed/,
  },
  {
    name: 'a configuration that an agent added',
    edits: {'conduct.config.yaml': 'strict: false\n'},
    spec: 'Phase 1: Sums',
    says: /^conduct\.config\.yaml:1 .*was added/,
  },
  {
    name: 'a validator taken out by anybody',
    edits: {'conduct.config.json': [['"npm-test", ', '']]},
    says: /^conduct\.config\.json:2 The validator `npm-test` was taken out/,
  },
]

const HONEST: readonly Case[] = [
  {name: 'another shell of npm', edits: {'.npmrc': 'script-shell=/usr/bin/bash\n'}},
  {name: 'the same tree', edits: {}},
  {name: 'another runner', edits: script('npm run unit && vitest run')},
  {name: 'a script with other options', edits: script('npm run unit -- --parallel && node --test --test-reporter=spec test/e2e.test.js')},
  {name: 'a script more', edits: {'package.json': [['"lint"', '"test:fast": "vitest run --exclude test/e2e.test.js",\n    "lint"']]}},
  {
    name: 'tests that became a script of their own',
    edits: {
      'package.json': [
        ['npm run unit && node --test test/e2e.test.js', 'npm run unit && npm run e2e'],
        ['"unit"', '"e2e": "node --test test/e2e.test.js",\n    "unit"'],
      ],
    },
  },
  {
    name: '|| true behind what is no test',
    edits: {'ci/run.sh': [['npm test', 'mkdir out || true\nnpm test']], Makefile: [['\tnode build.js', '\tnode build.js\n\t-rm -rf out']]},
  },
  {
    name: 'continue-on-error where nothing is tested',
    edits: {'.github/workflows/ci.yml': [['./upload.sh\n', './upload.sh\n        continue-on-error: true\n']]},
  },
  {name: 'a pattern that hits no test', edits: {'package.json': [['["/node_modules/"]', '["/node_modules/", "/dist/"]']]}},
  {name: 'a wider spec', edits: {'.mocharc.json': [['"test/**/*.test.js"', '"test/**/*.test.js", "lib/**/*.test.js"']]}},
  {name: 'a higher coverage', edits: {'package.json': [['"lines": 90', '"lines": 95']]}},
  {name: 'a rule switched on', edits: {'.eslintrc.json': [['"no-console": "error"', '"no-console": "error",\n    "eqeqeq": "error"']]}},
  {name: 'a new configuration of a linter', edits: {'eslint.config.js': "export default [{rules: {'no-console': 'off'}}]\n"}},
  {
    name: 'a suppression that was there',
    base: {'src/b.js': '// eslint-disable-next-line no-console\nconsole.log(1)\n'},
    edits: {'src/b.js': [['console.log(1)', 'console.log(2)']]},
  },
  {
    name: 'a suppression that moved with its file',
    base: {'src/b.js': '// eslint-disable-next-line no-console\nconsole.log(1)\n'},
    edits: {'src/b.js': null, 'lib/b.js': '// eslint-disable-next-line no-console\nconsole.log(1)\n'},
  },
  {
    name: 'a suppression that became narrower',
    base: {'b.py': 'x = 1  # type: ignore\n'},
    edits: {'b.py': 'x = 1  # type: ignore[misc]  # because\n'},
  },
  {name: 'a re-export of a package', edits: {'app/__init__.py': 'from app.a import b  # noqa: F401\n'}},
  {
    name: 'words about suppressions',
    edits: {'src/words.js': "export const words = ['eslint-disable', '@ts-ignore'] // what eslint-disable does\n"},
  },
  {
    name: 'a type that must not compile',
    edits: {
      'test/types.test.ts': "test('types', () => {\n  // @ts-expect-error a number is wanted\n  assert.throws(() => add('1', 2))\n})\n",
    },
  },
  {name: 'generated code', edits: {'api_pb2.py': '# type: ignore\nx = 1  # noqa\n', 'vendor/a.go': 'package a\n\nvar x = 1 //nolint\n'}},
  {
    name: 'a snapshot more',
    edits: {
      'test/__snapshots__/sum.test.js.snap': [
        ['exports[`sums subtracts 1`]', 'exports[`sums doubles 1`] = `2`;\n\nexports[`sums subtracts 1`]'],
      ],
    },
  },
  {name: 'a snapshot under another name', edits: {'test/__snapshots__/sum.test.js.snap': [['sums adds 1', 'sums adds two numbers 1']]}},
  {
    name: 'a snapshot that the spec asked for',
    edits: {'test/__snapshots__/sum.test.js.snap': [['`3`', '`4`']]},
    spec: 'Phase 1: Fees\nsums have a fee; the snapshots change',
  },
  {name: 'a golden file that moved', edits: {'testdata/report.golden': null, 'testdata/reports/total.golden': 'total 3\n'}},
  {name: 'a spec that a person changed', edits: {'.spec/SPEC.md': '# Sums and products\n'}},
  {name: 'a validator more', edits: {'conduct.config.json': [['"npm-test"', '"npm-test", "todo"']]}},
]

describeCases('what stands around tests', TREE, LIES, HONEST)
