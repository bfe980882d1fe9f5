import {access, symlink} from 'node:fs/promises'
import {join, resolve} from 'node:path'
import {once} from '../support/scope.ts'
import type {Checkout} from './support.ts'

const TOOLS = resolve(import.meta.dirname, '../tools/node_modules')
const OWN = resolve(import.meta.dirname, '../../node_modules')

/** Skips tests of programs that `npm ci --prefix test/tools` installs; in CI that is a failure, not a skip. */
export async function needsNodeTools(context: Mocha.Context): Promise<void> {
  once(context)
  const isThere = await access(TOOLS).then(
    () => true,
    () => false,
  )
  if (isThere) return
  if (process.env.CI === 'true') throw new Error('test/tools is not installed, and CI must run every test')
  context.skip()
}

/** Gives a checkout the node_modules that `npm ci` would, those of `test/tools` or of this repository. */
export async function installNodeTools({cwd}: Checkout, {from = 'tools'}: {readonly from?: 'tools' | 'own'} = {}): Promise<void> {
  await symlink(from === 'tools' ? TOOLS : OWN, join(cwd, 'node_modules'))
}
