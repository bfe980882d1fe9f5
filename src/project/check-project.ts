import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join, relative, resolve} from 'node:path'
import {withAliases} from '../agents/aliases.ts'
import type {AgentRegistry} from '../agents/registry.ts'
import {loadConfig} from '../config/load.ts'
import type {Config} from '../config/schema.ts'
import {readFreeMemory} from '../memory.ts'
import {openGit, openRepository, readHead, type Git, type Repository} from '../git/git.ts'
import {readCheckout} from '../git/checkout.ts'
import {describeRoles, isCovered, probeAgents} from '../run/check-agents.ts'
import {readSpecFile} from '../spec/read.ts'
import type {Spec} from '../spec/spec.ts'
import type {ValidatorRegistry} from '../validators/registry.ts'
import {selectValidators} from '../validators/select.ts'
import {attemptCheck, fail, ok, warn, type Check} from './check.ts'
import {checkMemory} from './check-machine.ts'
import {checkSandbox} from './check-sandbox.ts'

export interface ProjectChecksInput {
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly agents: AgentRegistry
  readonly validators: ValidatorRegistry
}

/** Repository, configuration, spec, agents and validators of the folder; what needs one that is missing is left out. */
export async function checkProject(input: ProjectChecksInput): Promise<readonly Check[]> {
  let repository: Repository | undefined
  const found = await attemptCheck('repository', async () => {
    repository = await openRepository(input.cwd, input.env)
    return ok('repository', repository.root)
  })
  if (!repository) return [found]
  return [...(await checkRepository(repository, input.env)), ...(await checkSettings(repository.root, input))]
}

async function checkRepository(repository: Repository, env: ProjectChecksInput['env']): Promise<readonly Check[]> {
  const folder = await mkdtemp(join(tmpdir(), 'conduct-doctor-'))
  try {
    let git: Git | undefined
    const version = await attemptCheck('git', async () => {
      git = await openGit({repository, shadowDir: join(folder, 'shadow'), env})
      return ok('git', `git ${git.version.join('.')}`)
    })
    if (!git) return [version]
    const opened = git
    return [version, await attemptCheck('repository', () => checkCheckout(opened, repository))]
  } finally {
    await rm(folder, {recursive: true, force: true})
  }
}

async function checkCheckout(git: Git, repository: Repository): Promise<Check> {
  const {branch, sha} = await readHead(repository)
  const {changed} = await readCheckout(git, repository.root)
  const where = `${repository.root}, ${branch.replace(/^refs\/heads\//, '')} at ${sha.slice(0, 7)}`
  if (changed.length === 0) return ok('repository', where)
  const hint = 'Commit or stash them before the run ends: git stash'
  return warn('repository', `${where}, ${changed.length} changed files: a run works, but cannot merge into this checkout`, hint)
}

async function checkSettings(root: string, input: ProjectChecksInput): Promise<readonly Check[]> {
  let config: Config | undefined
  const loaded = await attemptCheck('config', async () => {
    const {config: found, file} = await loadConfig({cwd: root, env: input.env})
    config = found
    return file === undefined ? warn('config', 'none; the defaults apply', 'Write one: conduct init') : ok('config', relative(root, file))
  })
  if (!config) return [loaded]
  const {check, spec} = await checkSpec(root, config)
  const agents = await checkAgents(root, config, spec, input)
  return [
    loaded,
    check,
    ...agents,
    checkMemory(readFreeMemory(), config.limits),
    await checkSandbox(config.sandbox, input.env),
    await checkValidators(root, config, input.validators),
  ]
}

async function checkSpec(root: string, config: Config): Promise<{readonly check: Check; readonly spec?: Spec}> {
  let spec: Spec | undefined
  const check = await attemptCheck('spec', async () => {
    const file = await readSpecFile(resolve(root, config.spec))
    spec = file.spec
    const errors = file.problems.filter(({severity}) => severity === 'error').length
    if (errors > 0) return fail('spec', `${config.spec} has ${errors} problems`, 'See them: conduct spec check')
    return ok('spec', `${config.spec}: ${formatPhases(file.spec)}`)
  })
  // Tasks can be driven by hand without one.
  if (!spec) return {check: {...check, status: 'warn'}}
  return {check, spec}
}

function formatPhases({phases}: Spec): string {
  return phases.length === 1 ? '1 phase' : `${phases.length} phases`
}

async function checkAgents(
  root: string,
  config: Config,
  spec: Spec | undefined,
  {agents, env}: ProjectChecksInput,
): Promise<readonly Check[]> {
  const checks = await probeAgents(config, spec, {agents: withAliases(agents, config.agents.backends), cwd: root, hostEnv: env})
  return checks.map(({name, roles, fallbackFor, probe}) => {
    const label = `agent ${name}`
    if (!probe.ok) return (isCovered(checks, config, spec) ? warn : fail)(label, probe.problem, probe.hint)
    return ok(label, `${probe.version === undefined ? '' : `${probe.version}, `}${describeRoles({roles, fallbackFor})}`)
  })
}

function checkValidators(root: string, {validators}: Config, registry: ValidatorRegistry): Promise<Check> {
  return attemptCheck('validators', async () => {
    const selected = await selectValidators(validators, registry, {projectDir: root})
    const names = selected.map(({validator}) => validator.name).join(', ')
    return selected.length === 0 ? warn('validators', 'none', 'Install one: conduct plugins install NAME') : ok('validators', names)
  })
}
