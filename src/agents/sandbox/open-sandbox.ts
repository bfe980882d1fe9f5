import {mkdir, mkdtemp, realpath, rm, writeFile} from 'node:fs/promises'
import {homedir, tmpdir} from 'node:os'
import path from 'node:path'
import {findMounts, findOtherRefs} from './look.ts'
import type {Mount} from './mounts.ts'
import {openBwrap} from './open-bwrap.ts'
import {openSrt} from './open-srt.ts'
import {listPlaces} from './places.ts'
import type {Sandbox, SandboxInput} from './sandbox.ts'

/**
 * Looks at what is there and prepares a sandbox for one attempt; must be closed.
 *
 * @throws {ConductError} `SANDBOX_UNAVAILABLE`
 */
export async function openSandbox(input: SandboxInput): Promise<Sandbox> {
  const {settings, cwd} = input
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'conduct-sandbox-')))
  const close = () => rm(folder, {recursive: true, force: true, maxRetries: 3})
  try {
    const tmp = path.join(folder, 'tmp')
    await mkdir(tmp)
    const parts = {folder, tmp, cwd, mounts: await lookAround(input, tmp)}
    const opened = settings.kind === 'srt' ? await openSrt(settings.network, parts) : await openBwrap(settings.network, parts)
    // Claude Code has a variable of its own, of which `srt` makes TMPDIR inside.
    return {...opened, env: {TMPDIR: tmp, CLAUDE_CODE_TMPDIR: tmp}, close}
  } catch (error) {
    await close()
    throw error
  }
}

async function lookAround(input: SandboxInput, tmp: string): Promise<readonly Mount[]> {
  const {env, git} = input
  // Where it is there, it can be kept; where it is not, an agent could make it.
  if (git) await writeFile(path.join(git.gitDir, 'config.worktree'), '', {flag: 'a'})
  const places = listPlaces({...input, tmp, home: env.HOME ?? homedir(), pathVariable: env.PATH ?? ''})
  return findMounts([...places, ...(git ? await findOtherRefs(git) : [])])
}
