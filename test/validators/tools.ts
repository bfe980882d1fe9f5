import {execFileSync} from 'node:child_process'
import {ENV} from './support.ts'

/** Skips a test whose tool is not installed; in CI that is a failure, not a skip. */
export function needs(context: Mocha.Context, ...argv: readonly string[]): void {
  const [program = '', ...args] = argv
  try {
    execFileSync(program, args, {stdio: 'ignore', env: ENV})
  } catch {
    if (process.env.CI === 'true') throw new Error(`\`${argv.join(' ')}\` fails, and CI must run every test`)
    context.skip()
  }
}
