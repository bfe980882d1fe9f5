import {writeFile} from 'node:fs/promises'
import path from 'node:path'
import type {SpawnResult} from '../agent.ts'
import {bwrapArguments} from './bwrap.ts'
import type {Sandbox, SandboxParts} from './sandbox.ts'

/** A sandbox of plain bubblewrap. */
export async function openBwrap(network: 'all' | 'none', {mounts, cwd, folder}: SandboxParts): Promise<Pick<Sandbox, 'kind' | 'wrap'>> {
  const emptyFile = path.join(folder, 'empty')
  await writeFile(emptyFile, '', {mode: 0o444})
  return {
    kind: 'bwrap',
    wrap: (argv) => ({argv: bwrapArguments(argv, {mounts, cwd, network, emptyFile}), cwd, unwrap: withStartError}),
  }
}

/** A program that is not there: the system would say so of itself, bubblewrap does it in its own words. */
async function withStartError(result: SpawnResult): Promise<SpawnResult> {
  const [, fault] = result.exitCode === 1 ? (/^bwrap: (execvp .+)$/m.exec(result.stderr) ?? []) : []
  return fault === undefined ? result : {...result, error: fault}
}
