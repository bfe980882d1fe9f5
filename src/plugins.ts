import {join} from 'node:path'
import {pathToFileURL} from 'node:url'
import {Config, type Interfaces} from '@oclif/core'
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

/**
 * The same for a list: a plugin that is broken is told of, and keeps nobody from hearing of the others. The hooks are
 * called one by one rather than by oclif's `runHook`, which does not say whose hook is at work: what is wrong must be
 * blamed by name.
 */
export async function examinePlugins({
  root,
}: Pick<Interfaces.Config, 'root'>): Promise<Registries & {readonly plugins: readonly PluginInfo[]}> {
  const registries = {agents: createAgentRegistry(), validators: createValidatorRegistry()}
  const examined: PluginInfo[] = []
  // The command was found without the core plugins, to be quick.
  const {plugins} = await Config.load({root})
  for (const plugin of plugins.values()) {
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
