import {execFileSync} from 'node:child_process'
import {once} from '../support/scope.ts'
import {ENV} from './support.ts'

/** Skips a test whose tool is not installed (in CI that is a failure, not a skip), or that another runtime would only repeat. */
export function needs(context: Mocha.Context, ...argv: readonly string[]): void {
  once(context)
  const [program = '', ...args] = argv
  try {
    execFileSync(program, args, {stdio: 'ignore', env: ENV})
  } catch {
    if (process.env.CI === 'true') throw new Error(`\`${argv.join(' ')}\` fails, and CI must run every test`)
    context.skip()
  }
}
