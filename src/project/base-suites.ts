import {mkdir} from 'node:fs/promises'
import {join} from 'node:path'
import type {Config} from '../config/schema.ts'
import type {Git} from '../git/git.ts'
import {writeCheckout} from '../git/plain-checkout.ts'
import type {TreeReader} from '../git/tree.ts'
import {runProcess} from '../process.ts'
import {copyInto} from '../run/worktree-steps.ts'
import {moveScript, readBaseline, type Baseline} from '../validators/baseline.ts'
import {shellArgv} from '../validators/shell.ts'
import {lendDependencies} from './lend-dependencies.ts'

export interface BaseSuitesRequest {
  readonly git: Git
  /** The person's checkout. */
  readonly root: string
  /** Commit that the work began from. */
  readonly sha: string
  readonly tree: Pick<TreeReader, 'files' | 'changedFiles' | 'baseFiles'>
  /** An existing folder for the checkout of the base. */
  readonly folder: string
  readonly logDir: string
  readonly config: Pick<Config, 'worktrees' | 'limits'>
  readonly setupCommand?: string | undefined
  readonly env: Readonly<Record<string, string>>
  readonly marker: string
  readonly signal: AbortSignal
  onRun?(script: string): void
}

/**
 * How suites do on the base: each is run there once, when it is asked for, in a checkout that is set up by `worktrees.setup`,
 * or else borrows what the person has installed. Whatever else a person's folder has, that one has not; so an old failure
 * is one that says the same there.
 */
export function baseSuites(request: BaseSuitesRequest): (script: string) => Promise<Baseline> {
  const known = new Map<string, Promise<Baseline>>()
  let place: Promise<string | undefined> | undefined
  return (script) => {
    const found = known.get(script) ?? runOnBase(request, script, (place ??= prepare(request)), known.size + 1)
    known.set(script, found)
    return found
  }
}

/** Nothing is known: the checkout could not be set up. */
const UNKNOWN: Baseline = {failing: null, exitCode: null}

async function runOnBase(
  request: BaseSuitesRequest,
  script: string,
  place: Promise<string | undefined>,
  number: number,
): Promise<Baseline> {
  const {root, config, env, signal, marker} = request
  request.onRun?.(script)
  const cwd = await place
  if (cwd === undefined) return UNKNOWN
  const logDir = join(request.logDir, String(number))
  const limits = {validationMs: config.limits.validation}
  const run = {cwd, script: moveScript(script, root, cwd), env, marker: `${marker}/base/${number}`, logDir, limits, signal}
  return readBaseline(run, {keepMessages: true})
}

/** @returns its path; `undefined` when setup fails there */
async function prepare({git, root, sha, tree, folder, logDir, config, setupCommand, env, marker, signal}: BaseSuitesRequest) {
  const path = join(folder, 'base')
  await mkdir(logDir, {recursive: true})
  await writeCheckout(git, {path, sha})
  for (const file of config.worktrees.copy) await copyInto(root, path, file)
  const scripts = [...config.worktrees.setup, ...(setupCommand === undefined ? [] : [setupCommand])]
  if (scripts.length === 0) await lendDependencies({from: root, to: path, tree})
  for (const script of scripts) {
    const argv = await shellArgv(script, env)
    const limit = {timeoutMs: config.limits.validation, logFile: join(logDir, 'setup.log')}
    const {exitCode} = await runProcess({argv, cwd: path, env, marker: `${marker}/base/setup`, signal, ...limit})
    if (exitCode !== 0) return undefined
  }
  return path
}
