import {join} from 'node:path'
import {pathToFileURL} from 'node:url'
import {Config, Plugin, type Interfaces} from '@oclif/core'
import {createAgentRegistry, type AgentRegistry} from './agents/registry.ts'
import {contain, watchBusy, withinLimit} from './contain.ts'
import {ConductError, messageOf} from './errors.ts'
import type {RegisterOptions} from './plugin.ts'
import {createValidatorRegistry, type ValidatorRegistry} from './validators/registry.ts'

export interface Registries {
  readonly agents: AgentRegistry
  readonly validators: ValidatorRegistry
}

/** A plugin that has the hook. */
export interface PluginInfo {
  /** Name of its package. */
  readonly name: string
  readonly version: string
  /** `core`: came with conduct; `user`: installed; `link`: a folder that a developer linked. */
  readonly type: string
  /** Why it brings nothing. */
  readonly problem?: ConductError
}

const HOOK = 'conduct:register'
/** A hook has only to hand over objects. */
const LIMIT_MS = 10_000

/**
 * Asks every plugin, ours and installed ones alike, what it brings.
 *
 * @throws {ConductError} `PLUGIN_BROKEN` naming the plugin
 */
export async function loadPlugins(config: Pick<Interfaces.Config, 'root'>): Promise<Registries> {
  const {plugins, ...registries} = await examinePlugins(config)
  for (const {problem} of plugins) if (problem) throw problem
  return registries
}

/** What a plugin brings, by name. */
export interface Brought {
  readonly validators: readonly string[]
  readonly agents: readonly string[]
}

/**
 * Loads a package as if it were installed, beside all other plugins, and in place of the one that has its name.
 *
 * @param folder where it lies
 * @throws {ConductError} `PLUGIN_BROKEN` when it is no plugin, or none that can be used beside the others
 */
export async function tryPlugin(config: Pick<Interfaces.Config, 'root'>, name: string, folder: string): Promise<Brought> {
  const candidate = new Plugin({root: folder, name, type: 'user', ignoreManifest: true})
  await candidate.load()
  if ((candidate.hooks[HOOK] ?? []).length === 0) throw noPlugin(name)
  const {plugins, agents, validators} = await examinePlugins(config, candidate)
  const problem = plugins.find((plugin) => plugin.name === name)?.problem
  if (problem) throw new ConductError('PLUGIN_BROKEN', problem.message, problem.suggestions.filter(isOfUse), problem)
  const isIts = (source: string | undefined) => source === name
  return {
    validators: validators.names().filter((each) => isIts(validators.sourceOf(each))),
    agents: agents.names().filter((each) => isIts(agents.sourceOf(each))),
  }
}

/** It is not there to be taken out. */
const isOfUse = (suggestion: string) => !suggestion.includes('plugins uninstall')

const noPlugin = (name: string) =>
  new ConductError('PLUGIN_BROKEN', `${name} is no plugin of conduct: its package.json has no hook \`${HOOK}\` below \`oclif.hooks\`.`, [
    'What a plugin looks like: docs/plugins/, or `conduct plugins create validator NAME`.',
  ])

/**
 * The same for a list: a plugin that is broken is told of, and keeps nobody from hearing of the others. The hooks are
 * called one by one rather than by oclif's `runHook`, which does not say whose hook is at work: what is wrong must be
 * blamed by name.
 *
 * @param candidate one that is not installed, to be looked at last
 */
export async function examinePlugins(
  {root}: Pick<Interfaces.Config, 'root'>,
  candidate?: Interfaces.Plugin,
): Promise<Registries & {readonly plugins: readonly PluginInfo[]}> {
  const registries = {agents: createAgentRegistry(), validators: createValidatorRegistry()}
  const examined: PluginInfo[] = []
  // The command was found without the core plugins, to be quick.
  const {plugins} = await Config.load({root})
  const others = [...plugins.values()].filter(({name}) => name !== candidate?.name)
  for (const plugin of candidate ? [...others, candidate] : others) {
    const hooks = plugin.hooks[HOOK] ?? []
    if (hooks.length === 0) continue
    const {name, version, type} = plugin
    const problem = await findProblem(plugin, async () => {
      for (const {target} of hooks) await register(plugin, target, registries)
    })
    examined.push({name, version, type, ...(problem ? {problem} : {})})
  }
  return {...registries, plugins: examined}
}

async function findProblem({name, type}: Interfaces.Plugin, work: () => Promise<void>): Promise<ConductError | undefined> {
  const late = () => {
    throw new Error(`it did not end within ${LIMIT_MS / 1000} s`)
  }
  if (type !== 'core') watchBusy()
  try {
    await withinLimit(contain(name, work, LIMIT_MS), LIMIT_MS, late)
    return undefined
  } catch (error) {
    if (error instanceof ConductError) return error
    const reason = messageOf(error)
    const hint = type === 'core' ? 'Install conduct again.' : `Take it out: conduct plugins uninstall ${name}`
    return new ConductError('PLUGIN_BROKEN', `The plugin ${name} failed to register: ${reason}`, [hint], error)
  }
}

async function register({name, root}: Interfaces.Plugin, target: string, {agents, validators}: Registries): Promise<void> {
  const options: RegisterOptions = {
    addAgent: (backend) => agents.add(backend, name),
    addValidator: (validator) => validators.add(validator, name),
  }
  const module: {readonly default?: unknown} = await import(pathToFileURL(join(root, target)).href)
  if (typeof module.default !== 'function') throw new TypeError(`${target} has no default export that is a function`)
  await module.default(options)
}
