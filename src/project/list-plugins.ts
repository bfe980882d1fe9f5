import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {Probe} from '../agents/agent.ts'
import {withAliases} from '../agents/aliases.ts'
import {probeInput} from '../agents/probe-input.ts'
import type {AgentRegistry} from '../agents/registry.ts'
import {loadConfig} from '../config/load.ts'
import type {Config} from '../config/schema.ts'
import {contain, withinLimit} from '../contain.ts'
import {messageOf} from '../errors.ts'
import {openGit, openRepository} from '../git/git.ts'
import {openWorkingTree, type TreeReader} from '../git/tree.ts'
import type {PluginInfo} from '../plugins.ts'
import type {ValidatorRegistry} from '../validators/registry.ts'
import {isLocalFile} from '../validators/local-files.ts'
import {loadLocalFile} from '../validators/select.ts'
import type {Validator, ValidatorInput} from '../validators/validator.ts'

/** Where something comes from: a package in the box or installed, or a file of the project. */
export interface Origin {
  readonly type: 'core' | 'user' | 'link' | 'file'
  /** Name of the package, or the path as the configuration has it. */
  readonly name: string
  /** `null` for a file. */
  readonly version: string | null
}

export interface ValidatorItem {
  readonly name: string
  readonly source: Origin
  /** Whether `conduct validate` and a run ask it in this project. */
  readonly used: boolean
  /** `applies`: it has something to check here; `idle`: it has not; `broken`: see `problem`; `unknown`: no repository here. */
  readonly status: 'applies' | 'idle' | 'broken' | 'unknown'
  readonly problem: string | null
}

export interface AgentItem {
  readonly name: string
  readonly source: Origin
  /** Whether the configuration names it, as default or for a role. */
  readonly used: boolean
  readonly ready: boolean
  readonly version: string | null
  /** Why it cannot run here, and what to do. */
  readonly problem: string | null
  readonly hint: string | null
}

export interface ListInput {
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly plugins: readonly PluginInfo[]
  readonly agents: AgentRegistry
  readonly validators: ValidatorRegistry
}

/** Neither looking whether there is something to do nor a probe takes long. */
const LIMIT_MS = 20_000

/** Every validator that this project can use, in alphabetical order, those of local files last. */
export async function listValidators(input: ListInput): Promise<readonly ValidatorItem[]> {
  const {root, config} = await readProject(input)
  const wanted = config.validators?.map((entry) => (typeof entry === 'string' ? {use: entry, options: undefined} : entry))
  const optionsOf = (use: string) => wanted?.find((entry) => entry.use === use)?.options
  return withTree(root, input.env, async (tree) => {
    const items: ValidatorItem[] = []
    for (const name of input.validators.names()) {
      const validator = input.validators.get(name)
      const source = originOf(input.validators.sourceOf(name), input.plugins)
      const used = wanted === undefined || wanted.some(({use}) => use === name)
      if (validator) items.push({name, source, used, ...(await look(validator, root, tree, optionsOf(name)))})
    }
    for (const {use, options} of wanted ?? []) if (isLocalFile(use)) items.push(await lookAtFile(use, root, tree, options))
    return items
  })
}

/** Every agent backend, in alphabetical order, and whether it can run here. */
export async function listAgents(input: ListInput): Promise<readonly AgentItem[]> {
  const {root, config} = await readProject(input)
  const agents = withAliases(input.agents, config.agents.backends)
  const used = new Set([config.agents.default, ...Object.values(config.agents.roles).map((role) => role?.backend)])
  return Promise.all(
    agents.names().map(async (name) => {
      const backend = agents.get(name)
      const options = config.agents.backends[name]
      const asked = probeInput({options, cwd: root, hostEnv: input.env, allowEnv: config.agents.env})
      const probe = async (): Promise<Probe> => backend?.probe(asked) ?? notThere
      const answer = await withinLimit(probe(), LIMIT_MS, () => tooLate).catch(toProblem)
      return {name, source: originOf(agents.sourceOf(name), input.plugins), used: used.has(name), ...toStanding(answer)}
    }),
  )
}

const notThere: Probe = {ok: false, problem: 'It is not there.', hint: 'Install its plugin.'}
const tooLate: Probe = {ok: false, problem: `Its probe did not end within ${LIMIT_MS / 1000} s.`, hint: 'Tell the author of the plugin.'}

function toProblem(error: unknown): Probe {
  return {ok: false, problem: `Its probe threw: ${messageOf(error)}`, hint: 'Tell the author of the plugin.'}
}

function toStanding(probe: Probe): Pick<AgentItem, 'ready' | 'version' | 'problem' | 'hint'> {
  if (probe.ok) return {ready: true, version: probe.version ?? null, problem: null, hint: null}
  return {ready: false, version: null, problem: probe.problem, hint: probe.hint}
}

/** Outside a repository the defaults count, and there is nothing to look at. */
async function readProject({cwd, env}: ListInput): Promise<{readonly root: string; readonly config: Config}> {
  const root = await openRepository(cwd, env).then(
    (repository) => repository.root,
    () => cwd,
  )
  return {root, config: (await loadConfig({cwd: root, env})).config}
}

async function withTree<Value>(root: string, env: ListInput['env'], use: (tree: TreeReader | undefined) => Promise<Value>): Promise<Value> {
  const repository = await openRepository(root, env).catch(() => undefined)
  if (!repository) return use(undefined)
  const folder = await mkdtemp(join(tmpdir(), 'conduct-validators-'))
  try {
    const git = await openGit({repository, shadowDir: join(folder, 'shadow'), env})
    return await use(await openWorkingTree(git, {path: repository.root}))
  } finally {
    await rm(folder, {recursive: true, force: true})
  }
}

async function lookAtFile(use: string, root: string, tree: TreeReader | undefined, options: unknown): Promise<ValidatorItem> {
  const source = {type: 'file', name: use, version: null} as const
  try {
    const validator = await loadLocalFile(use, root)
    return {name: validator.name, source, used: true, ...(await look(validator, root, tree, options))}
  } catch (error) {
    return {name: use, source, used: true, status: 'broken', problem: messageOf(error)}
  }
}

async function look(
  validator: Validator,
  cwd: string,
  tree: TreeReader | undefined,
  options: unknown,
): Promise<Pick<ValidatorItem, 'status' | 'problem'>> {
  if (!tree) return {status: 'unknown', problem: null}
  const signal = AbortSignal.timeout(LIMIT_MS)
  const input: ValidatorInput = {cwd, ...tree, options, signal, exec: refuseToRun, runTests: refuseToRun}
  try {
    const late = () => {
      throw new Error(`it did not end within ${LIMIT_MS / 1000} s`)
    }
    const applies = await withinLimit(
      contain(validator.name, () => validator.applies(input), LIMIT_MS),
      LIMIT_MS,
      late,
    )
    return {status: applies ? 'applies' : 'idle', problem: null}
  } catch (error) {
    return {status: 'broken', problem: `applies() threw: ${messageOf(error)}`}
  }
}

function refuseToRun(): Promise<never> {
  return Promise.reject(new Error('applies() only looks; it starts no program'))
}

function originOf(source: string | undefined, plugins: readonly PluginInfo[]): Origin {
  const plugin = plugins.find(({name}) => name === source)
  const type = plugin?.type === 'user' || plugin?.type === 'link' ? plugin.type : 'core'
  return {type, name: source ?? '', version: plugin?.version ?? null}
}
