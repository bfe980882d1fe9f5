import assert from 'node:assert/strict'
import {mkdir, symlink} from 'node:fs/promises'
import {join, resolve} from 'node:path'
import {createCheckout, snapshot} from '../../../test/validators/support.ts'
import {parseDiagnostics} from '../src/javascript/types.ts'
import {check, checkCheckout, type Files} from './support.ts'

const MODULES = resolve(import.meta.dirname, '../../../node_modules')
const CONFIG = '{"compilerOptions": {"strict": true, "module": "esnext", "moduleResolution": "bundler", "types": []}}'
const PROJECT = {'package.json': '{"type": "module"}', 'tsconfig.json': CONFIG, 'db.ts': 'export const size: number = 1\n'}

describe('what TypeScript prints', () => {
  it('is read with file, line and code', () => {
    const output = "src/a.ts(3,8): error TS2322: Type 'a'\r\n  is not 'b'.\nerror TS18003: No inputs.\nFound 2 errors."
    assert.deepEqual(parseDiagnostics(output, ''), [
      {message: "TS2322: Type 'a'", file: 'src/a.ts', line: 3},
      {message: 'TS18003: No inputs.'},
    ])
  })
})

describe('types of TypeScript', () => {
  it('finds what does not compile, once', async () => {
    const findings = await compile({...PROJECT, 'a.ts': "import {size, pool} from './db'\nexport const text: string = size\n"})
    assert.deepEqual(findings, [
      'a.ts:1 `pool` is not exported by `db.ts`, imported as `./db`.',
      "a.ts:2 TS2322: Type 'number' is not assignable to type 'string'.",
    ])
  })

  it('finds what the task broke in files that it left alone, and blames nobody for old errors', async () => {
    const user = {'user.ts': "import {size} from './db'\nexport const n: number = size\n", 'old.ts': 'export const x: string = 1\n'}
    const findings = await compile({...PROJECT, ...user, 'db.ts': "export const size: string = ''\n"}, {...PROJECT, ...user})
    assert.deepEqual(findings, ["user.ts:2 TS2322: Type 'string' is not assignable to type 'number'."])
  })

  it('follows a configuration that only refers to others, and writes nothing', async () => {
    const files = {
      'tsconfig.json': '{"files": [], "references": [{"path": "./app"}]}',
      'app/tsconfig.json': '{"compilerOptions": {"composite": true, "strict": true, "types": []}}',
      'src.ts': '',
      'app/a.ts': 'export const a: string = 1\n',
    }
    const checkout = await withTypeScript(await createCheckout(files))
    const before = await snapshot(checkout.cwd)
    assert.deepEqual((await checkCheckout(checkout)).findings, ["app/a.ts:1 TS2322: Type 'number' is not assignable to type 'string'."])
    assert.deepEqual(await snapshot(checkout.cwd), before)
  })

  it('says so where TypeScript is not installed', async () => {
    const {status, evidence} = await check({...PROJECT, 'a.ts': 'export const a: string = 1\n'})
    assert.equal(status, 'pass')
    assert.match(evidence, /TypeScript is not installed for `tsconfig\.json`: types were not checked\./)
  })

  it('does not start a compiler that came with the tree', async () => {
    const files = {...PROJECT, 'node_modules/.bin/tsc': '#!/bin/sh\necho ran > proof\n', 'a.ts': 'export const a: string = 1\n'}
    assert.match((await check(files)).evidence, /TypeScript is not installed/)
  })
})

async function compile(files: Files, base?: Files): Promise<readonly string[]> {
  return (await checkCheckout(await withTypeScript(await createCheckout(files, base)))).findings
}

/** This repository's own compiler, as an installed one. */
async function withTypeScript<Checkout extends {readonly cwd: string}>(checkout: Checkout): Promise<Checkout> {
  await mkdir(join(checkout.cwd, 'node_modules/.bin'), {recursive: true})
  await symlink(join(MODULES, 'typescript'), join(checkout.cwd, 'node_modules/typescript'))
  await symlink('../typescript/bin/tsc', join(checkout.cwd, 'node_modules/.bin/tsc'))
  return checkout
}
