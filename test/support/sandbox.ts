import {tryBwrap, trySrt, type Offer} from '../../src/agents/sandbox/machine.ts'
import {isThorough} from './scope.ts'

/** Skips tests that need bubblewrap where it is not installed or not allowed; on the first runtime of CI that is a failure. */
export function needsBwrap(context: Mocha.Context): Promise<void> {
  return need(context, tryBwrap(process.env))
}

/** The same for `srt`. @param path where it is looked for besides */
export function needsSrt(context: Mocha.Context, path: string): Promise<void> {
  return need(context, trySrt({...process.env, PATH: path}))
}

async function need(context: Mocha.Context, offered: Promise<Offer>): Promise<void> {
  const offer = await offered
  if (offer.works) return
  if (process.env.CI === 'true' && isThorough) throw new Error(`CI must run every test, but: ${offer.problem}`)
  if (context.test) context.test.title += ` (${offer.problem})`
  context.skip()
}
