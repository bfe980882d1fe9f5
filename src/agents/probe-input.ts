import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {basename, join} from 'node:path'
import {runProcess} from '../process.ts'
import type {ProbeExecOptions, ProbeInput, SpawnResult} from './agent.ts'
import {allowedEnvironment} from './environment.ts'
import {which} from './which.ts'

export interface ProbeSource {
  /** `agents.backends.<name>` of the configuration. */
  readonly options: unknown
  /** Repository root. */
  readonly cwd: string
  readonly hostEnv: Readonly<Record<string, string | undefined>>
  /** The configuration's `agents.env`. */
  readonly allowEnv: readonly string[]
}

/** Long for a version, but a busy machine may take so long to start an agent. `conduct agents` waits a little longer. */
const LIMIT_MS = 18_000

/** What a backend is asked with whether it can run here. */
export function probeInput({options, cwd, hostEnv, allowEnv}: ProbeSource): ProbeInput {
  const env = allowedEnvironment(hostEnv, allowEnv)
  return {
    options,
    cwd,
    env,
    which: (program) => which(program, {cwd, pathVariable: hostEnv.PATH}),
    exec: (argv, options) => ask(argv, {...options, env: {...env, ...options?.env}}),
  }
}

/** In a folder where nothing lies that a program could read as its settings. */
async function ask(argv: readonly string[], options: ProbeExecOptions & Pick<ProbeInput, 'env'>): Promise<SpawnResult> {
  const cwd = await mkdtemp(join(tmpdir(), 'conduct-probe-'))
  try {
    const {exitCode, signal, stdout, stderr, error} = await runProcess({
      ...options,
      argv,
      cwd,
      marker: basename(cwd),
      timeoutMs: Math.min(options.timeoutMs ?? LIMIT_MS, LIMIT_MS),
    })
    return {exitCode, signal, stdout, stderr, ...(error === undefined ? {} : {error})}
  } finally {
    await rm(cwd, {recursive: true, force: true})
  }
}
