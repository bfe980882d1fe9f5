import {homedir} from 'node:os'
import {ConductError} from '../../errors.ts'
import {findMounts} from './look.ts'
import {tryBwrap, trySrt} from './machine.ts'
import {listWritable} from './places.ts'
import {toSandboxSettings, type SandboxConfig} from './settings.ts'

export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>
  /** The checkout of the person. */
  readonly projectDir: string
}

/**
 * Sees to it that the sandbox of the configuration works here, before anything is started.
 *
 * @throws {ConductError} `SANDBOX_UNAVAILABLE`: never is an agent started without a sandbox that it was to have
 */
export async function requireSandbox(config: SandboxConfig, {env, projectDir}: Surroundings): Promise<void> {
  const settings = toSandboxSettings(config)
  if (settings === undefined) return
  await findMounts(listWritable(settings, {home: env.HOME ?? homedir(), projectDir}))
  const offer = await (settings.kind === 'srt' ? trySrt(env) : tryBwrap(env))
  if (offer.works) return
  throw new ConductError('SANDBOX_UNAVAILABLE', `The sandbox of the configuration cannot be had: ${offer.problem}`, offer.hints)
}
