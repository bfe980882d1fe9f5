import assert from 'node:assert/strict'
import {mkdir, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {createCheckout} from '../../../test/validators/support.ts'
import {check, checkCheckout, type Files} from './support.ts'

const MODULE = '{"name": "app", "type": "module"}'
const COMMON = '{"name": "app"}'
const BUNDLED = '{"name": "app", "type": "module", "devDependencies": {"vite": "^7"}}'
const db = 'export const URL = "x"\nexport function connect() { const inner = 1; return inner }\n'

describe('imports of JavaScript and TypeScript', () => {
  const lies: readonly (readonly [rule: string, files: Files, expected: string, base?: Files])[] = [
    [
      'a file that is not there',
      {'package.json': MODULE, 'src/a.js': "import os from 'node:os'\nimport './b.js'\n"},
      'src/a.js:2 `./b.js` leads nowhere: there is no `src/b.js`.',
    ],
    [
      'a path without its ending',
      {'package.json': MODULE, 'a.js': "import {URL} from './db'\n", 'db.js': db},
      'a.js:1 `./db` must name the file, as ES modules of Node do: it is `db.js`.',
    ],
    [
      'a folder in an ES module',
      {'package.json': MODULE, 'a.js': "import {URL} from './db'\n", 'db/index.js': db},
      'a.js:1 `./db` must name the file, as ES modules of Node do: it is `db/index.js`.',
    ],
    [
      'a source file instead of what it becomes',
      {'package.json': MODULE, 'a.mjs': "import './b.js'\n", 'b.ts': ''},
      'a.mjs:1 `./b.js` must name the file, as ES modules of Node do: it is `b.ts`.',
    ],
    [
      'other letters',
      {'package.json': COMMON, 'a.js': "require('./Button')\n", 'button.js': ''},
      'a.js:1 `./Button` leads nowhere: the file is `button.js`.',
    ],
    [
      'a name that is not exported',
      {'package.json': MODULE, 'a.js': "import {\n  connect,\n  inner} from './db.js'\n", 'db.js': db},
      'a.js:1 `inner` is not exported by `db.js`, imported as `./db.js`.',
    ],
    [
      'a default that is not exported',
      {'package.json': MODULE, 'a.js': "import db from './db.js'\n", 'db.js': db},
      'a.js:1 `default` is not exported by `db.js`, imported as `./db.js`.',
    ],
    [
      'a name that is passed on in vain',
      {'package.json': MODULE, 'a.js': "export {pool} from './all.js'\n", 'all.js': "export * from './db.js'\n", 'db.js': db},
      'a.js:1 `pool` is not exported by `all.js`, imported as `./all.js`.',
    ],
    [
      'a package that nobody declares',
      {'package.json': MODULE, 'a.js': "import pad from 'left-pad/x'\n"},
      'a.js:1 `left-pad` is not declared in `package.json`: run `npm install left-pad`.',
    ],
    [
      'a scoped package in a test',
      {'package.json': MODULE, 'pnpm-lock.yaml': '', 'test/a.test.ts': "import '@x/kit/y'\n"},
      'test/a.test.ts:1 `@x/kit` is not declared in `package.json`: run `pnpm add -D @x/kit`.',
    ],
    [
      'a package of another workspace',
      {
        'package.json': COMMON,
        'b/package.json': '{"name": "b", "dependencies": {"zed": "1"}}',
        'a/package.json': '{"name": "a"}',
        'a/a.js': "require('zed')\n",
      },
      'a/a.js:1 `zed` is not declared in `a/package.json`: run `npm install zed`.',
    ],
    ['a package without any manifest', {'a.js': "import 'left-pad'\n"}, 'a.js:1 No `package.json` above this file declares `left-pad`.'],
    ['a module that Node has not', {'package.json': MODULE, 'a.js': "import 'node:fss'\n"}, 'a.js:1 Node has no module `node:fss`.'],
    [
      'an alias that nobody configures',
      {'package.json': MODULE, 'a.js': "import '@/b.js'\n"},
      'a.js:1 `@/b.js` is no package, and nothing configures it as an alias.',
    ],
    [
      'a path of TypeScript that leads nowhere',
      {'package.json': MODULE, 'tsconfig.json': '{"compilerOptions": {"paths": {"@/*": ["./src/*"]}}} // x', 'a.ts': "import '@/b'\n"},
      'a.ts:1 `@/b` leads nowhere: there is no `src/b`.',
    ],
    [
      'a subpath that is not configured',
      {'package.json': '{"type": "module", "imports": {"#db": "./db.js"}}', 'db.js': db, 'a.js': "import '#dc'\n"},
      'a.js:1 `#dc` is not among the `imports` of a `package.json` above this file.',
    ],
    [
      'a subpath that leads nowhere',
      {'package.json': '{"type": "module", "imports": {"#lib/*": "./src/*.js"}}', 'a.js': "import '#lib/b'\n"},
      'a.js:1 `#lib/b` leads nowhere: there is no `src/b.js`.',
    ],
    [
      'a dynamic import',
      {'package.json': MODULE, 'a.js': "const b = await import('./b.js')\n"},
      'a.js:1 `./b.js` leads nowhere: there is no `b.js`.',
    ],
    [
      'a missing style sheet',
      {'package.json': BUNDLED, 'a.tsx': "import './a.css?inline'\n"},
      'a.tsx:1 `./a.css` leads nowhere: there is no `a.css`.',
    ],
    [
      'a stub that was not generated',
      {'package.json': MODULE, 'proto/greeter.proto': '', 'a.js': "import {G} from './greeter_pb.js'\n"},
      'a.js:1 `./greeter_pb.js` is generated from `proto/greeter.proto` and is not there: generate it and commit it.',
    ],
    [
      'a file that the task renamed',
      {'package.json': MODULE, 'store.js': db, 'a.js': "import './db.js'\n"},
      'a.js:1 `./db.js` leads nowhere: there is no `db.js`.',
      {'package.json': MODULE, 'db.js': db, 'a.js': "import './db.js'\n"},
    ],
    [
      'an export that the task removed',
      {'package.json': MODULE, 'db.js': 'export const URL = 1\n', 'a.js': "import {connect} from './db.js'\n"},
      'a.js:1 `connect` is not exported by `db.js`, imported as `./db.js`.',
      {'package.json': MODULE, 'db.js': db, 'a.js': "import {connect} from './db.js'\n"},
    ],
    [
      'a dependency that the task removed',
      {'package.json': MODULE, 'a.js': "import 'left-pad'\n"},
      'a.js:1 `left-pad` is not declared in `package.json`: run `npm install left-pad`.',
      {'package.json': '{"name": "app", "type": "module", "dependencies": {"left-pad": "1"}}', 'a.js': "import 'left-pad'\n"},
    ],
  ]
  for (const [rule, files, expected, base] of lies) {
    it(`finds ${rule}`, async () => assert.deepEqual((await check(files, base)).findings, [expected]))
  }

  const everyExport = [
    'export const a = 1, {b, c: [d], ...e} = {c: [2]}',
    'export function f(x) { return x }',
    'export async function* g() {}',
    'export class H { m() {} }',
    'const i = 1, j = 2',
    'export {i, j as k, j as "l m"}',
    "export * as n from './n.js'",
    'export default class O {}',
  ].join('\n')
  const everyType = [
    'export interface A { x: 1 }',
    'export type B<T> = T',
    'export enum C { x }',
    'export abstract class D {}',
    'export declare function e(): void',
    'export namespace F { export const inner = 1 }',
    'export const enum G { y }',
    'export declare const h: number',
  ].join('\n')
  const honest: readonly (readonly [rule: string, files: Files, base?: Files])[] = [
    [
      'every way to export',
      {
        'package.json': MODULE,
        'n.js': 'export {}\n',
        'm.js': everyExport,
        'a.js': "import O, {a, b, d, e, f, g, H, i, k, n, default as p, 'l m' as q} from './m.js'\nimport * as all from './m.js'\n",
      },
    ],
    [
      'every way to export a type',
      {
        'package.json': MODULE,
        'm.ts': everyType,
        'a.ts': "import {type A, type B, C, D, e, F, G, h} from './m.ts'\nimport type {A as X} from './m.js'\n",
      },
    ],
    ['built-in modules', {'a.js': "import fs from 'fs/promises'\nimport {test} from 'node:test'\nimport 'node:sqlite'\nrequire('path')\n"}],
    [
      'CommonJS',
      {
        'package.json': COMMON,
        'a.js': "const {x} = require('./lib')\nrequire('./b')\nrequire('./data')\nrequire('.')\n",
        'lib/index.js': 'exports.x = 1',
        'b.js': '',
        'data.json': '{}',
        'index.js': '',
      },
    ],
    [
      'names of a CommonJS module',
      {'package.json': MODULE, 'a.js': "import b, {x} from './b.cjs'\n", 'b.cjs': 'module.exports = {x: 1}\n'},
    ],
    [
      'bundlers',
      {
        'package.json': BUNDLED,
        'a.tsx':
          "import './b'\nimport c from './c'\nimport svg from './d.svg?raw'\nimport 'virtual:x'\nimport '~icons/y'\nimport './e.css'\n",
        'b.ts': '',
        'c/index.jsx': 'export default 1',
        'd.svg': '',
        'e.css': '',
      },
    ],
    [
      'an alias of a bundler',
      {
        'package.json': BUNDLED,
        'vite.config.js': "export default {resolve: {alias: {'@': '/src', lib: '/lib'}}}",
        'a.js': "import '@/x'\nimport '@/y'\n",
      },
    ],
    [
      'an alias of a test runner',
      {
        'package.json': COMMON,
        'jest.config.js': 'module.exports = {moduleNameMapper: {"^app/(.*)$": "x"}}',
        'a.test.js': "require('app/x')\n",
      },
    ],
    [
      'paths of TypeScript, inherited too',
      {
        'package.json': MODULE,
        'base.json': '{"compilerOptions": {"baseUrl": ".", "paths": {"@lib/*": ["lib/*", "other/*"],},}} /* x */',
        'tsconfig.json': '{"extends": "./base"}',
        'other/x.ts': 'export const x = 1',
        'src/a.ts': "import {x} from '@lib/x'\nimport {x as y} from 'other/x'\n",
      },
    ],
    [
      'extensions that TypeScript maps',
      {
        'package.json': MODULE,
        'tsconfig.json': '{"compilerOptions": {"module": "nodenext"}}',
        'b.ts': db,
        'c.tsx': '',
        'd.mts': '',
        'a.ts': "import {URL} from './b.js'\nimport './c.js'\nimport './d.mjs'\n",
      },
    ],
    [
      'subpath imports',
      {
        'package.json':
          '{"type": "module", "imports": {"#db": {"node": "./db.js", "default": "./web.js"}, "#lib/*": "./src/*.js", "#dep": "left-pad"}}',
        'db.js': db,
        'web.js': '',
        'src/b.js': db,
        'a.js': "import '#db'\nimport {URL} from '#lib/b'\nimport '#dep'\n",
      },
    ],
    [
      'workspaces and the package itself',
      {'package.json': COMMON, 'packages/b/package.json': '{"name": "@x/b"}', 'a.js': "require('@x/b/sub')\nrequire('app')\n"},
    ],
    [
      'declared packages of every kind',
      {
        'package.json':
          '{"dependencies": {"a": "1"}, "devDependencies": {"@b/c": "1"}, "peerDependencies": {"d": "1"}, "optionalDependencies": {"e": "1"}}',
        'sub/a.js': "require('a/x')\nrequire('@b/c/y')\nrequire('d')\nrequire('e')\n",
      },
    ],
    [
      'types without their package',
      {
        'package.json': '{"devDependencies": {"@types/estree": "1", "@types/x__y": "1"}}',
        'a.ts': "import type {Node} from 'estree'\nimport {Z} from '@x/y'\n",
      },
    ],
    [
      'declared modules',
      {'package.json': COMMON, 'env.d.ts': "declare module 'made:up'\ndeclare module 'made-up' {}\n", 'a.ts': "import 'made-up'\n"},
    ],
    [
      'import maps',
      {
        'deno.json': '{"imports": {"@std/x": "jsr:@std/x", "lib/": "./lib/"}}',
        'a.ts': "import '@std/x/y'\nimport 'lib/z.ts'\nimport 'npm:chalk'\nimport 'https://a.b/c.ts'\n",
      },
    ],
    [
      'optional modules',
      {'package.json': MODULE, 'a.js': "let x\ntry { x = await import('fancy') } catch {}\nawait import('other').catch(() => undefined)\n"},
    ],
    [
      'what a build will write',
      {'package.json': MODULE, 'src/a.js': "import '../dist/a.js'\nimport './made.js'\n", '.gitignore': '/src/made.js\n'},
    ],
    [
      'imports in comments and strings',
      {'package.json': MODULE, 'a.js': "// import './b.js'\nconst x = \"import './c.js'\"\nexport const y = `require('d')`\n"},
    ],
    [
      'imports that were broken before',
      {'package.json': MODULE, 'a.js': "import './gone.js'\nconst x = 1\n"},
      {'package.json': MODULE, 'a.js': "import './gone.js'\n", 'other.js': ''},
    ],
    [
      'a file that became a folder',
      {'package.json': COMMON, 'db/index.js': db, 'a.js': "require('./db')\n"},
      {'package.json': COMMON, 'db.js': db, 'a.js': "require('./db')\n"},
    ],
    ['packages where none is installed', {'package.json': '{"dependencies": {"left-pad": "1"}}', 'a.js': "require('left-pad')\n"}],
  ]
  for (const [rule, files, base] of honest) {
    it(`accepts ${rule}`, async () => {
      const {findings, status} = await check(files, base)
      assert.deepEqual([findings, status], [[], 'pass'])
    })
  }

  it('finds declared packages that are not installed, where others are', async () => {
    const manifest = '{"dependencies": {"here": "1", "gone": "1"}, "optionalDependencies": {"extra": "1"}}'
    const files = {'package.json': manifest, 'a.js': "require('here')\nrequire('gone')\nrequire('extra')\nrequire('hoisted')\n"}
    const checkout = await createCheckout(files)
    for (const name of ['here', 'hoisted']) await put(checkout.cwd, `node_modules/${name}/package.json`, '{}')
    assert.deepEqual((await checkCheckout(checkout)).findings, [
      'a.js:2 `gone` is declared but not installed: run `npm install`, and commit the lock file.',
      'a.js:4 `hoisted` is installed here, but not declared in `package.json`: run `npm install hoisted`.',
    ])
  })

  it('accepts generated files that are there without being committed', async () => {
    const checkout = await createCheckout({'package.json': MODULE, 'a.js': "import './made.js'\nimport './x_pb.js'\n", 'x.proto': ''})
    await put(checkout.cwd, 'made.js', '')
    await put(checkout.cwd, 'x_pb.js', '')
    assert.deepEqual((await checkCheckout(checkout)).findings, [])
  })
})

async function put(cwd: string, file: string, text: string) {
  await mkdir(dirname(join(cwd, file)), {recursive: true})
  await writeFile(join(cwd, file), text)
}
