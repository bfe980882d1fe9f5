import {mkdir, readFile, writeFile} from 'node:fs/promises'
import path from 'node:path'
import type {SpawnResult} from '../agent.ts'
import type {Sandbox, SandboxParts} from './sandbox.ts'
import {hasLoopback, srtArguments, srtSettings} from './srt.ts'

/** A sandbox of `srt`, whose settings are written for this attempt. @param network hosts that may be reached */
export async function openSrt(
  network: readonly string[],
  {mounts, cwd, folder, tmp}: SandboxParts,
): Promise<Pick<Sandbox, 'kind' | 'wrap'>> {
  const start = path.join(folder, 'start')
  await mkdir(start)
  const settingsFile = path.join(folder, 'settings.json')
  await writeFile(settingsFile, JSON.stringify(srtSettings({mounts, network}), undefined, 2))
  let count = 0
  return {
    kind: 'srt',
    wrap(argv) {
      count += 1
      const exitFile = path.join(tmp, `.exit-code-${count}`)
      const wrapped = srtArguments(argv, {cwd, settingsFile, exitFile, reachesLoopback: hasLoopback(network)})
      return {argv: wrapped, cwd: start, unwrap: (result) => withExitCode(result, exitFile)}
    },
  }
}

/** `srt` that is told to stop ends with 0, before the program in it has said how it ended. */
async function withExitCode(result: SpawnResult, exitFile: string): Promise<SpawnResult> {
  if (result.exitCode !== 0) return result
  const code = await readFile(exitFile, 'utf8').catch(() => undefined)
  return code === undefined ? {...result, exitCode: null, signal: 'SIGTERM'} : result
}
