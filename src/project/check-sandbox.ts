import {trySrt, tryBwrap, type Offer} from '../agents/sandbox/machine.ts'
import {describeSandbox, toSandboxSettings, type SandboxConfig} from '../agents/sandbox/settings.ts'
import {fail, ok, type Check} from './check.ts'

/** What agents are shut in, whether that works, and what this machine offers besides. */
export async function checkSandbox(config: SandboxConfig, env: Readonly<Record<string, string | undefined>>): Promise<Check> {
  const [bwrap, srt] = await Promise.all([tryBwrap(env), trySrt(env)])
  const settings = toSandboxSettings(config)
  if (settings === undefined) return ok('sandbox', `none configured; ${describe('bwrap', bwrap)}; ${describe('srt', srt)}`)
  const chosen = settings.kind === 'srt' ? srt : bwrap
  if (!chosen.works) return fail('sandbox', `${settings.kind}: ${chosen.problem}`, ...chosen.hints)
  return ok('sandbox', `${describeSandbox(config)}; ${chosen.version} works`)
}

function describe(kind: string, offer: Offer): string {
  return `${kind}: ${offer.works ? `${offer.version} works` : offer.problem.replace(/\.$/, '')}`
}
