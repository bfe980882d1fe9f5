import {join} from 'node:path'
import {pathToFileURL} from 'node:url'
import {Config, type Interfaces} from '@oclif/core'
import {createAgentRegistry, type AgentRegistry} from './agents/registry.ts'
import {ConductError} from './errors.ts'
import type {RegisterOptions} from './plugin.ts'
import {createValidatorRegistry, type ValidatorRegistry} from './validators/registry.ts'

export interface Registries {
  readonly agents: AgentRegistry
  readonly validators: ValidatorRegistry
}

const HOOK = 'conduct:register'

/**
 * Asks every plugin, ours and installed ones alike, what it brings. The hooks are called one by one rather than by
 * oclif's `runHook`, which does not say whose hook is at work: what is wrong must be blamed by name.
 *
 * @throws {ConductError} `PLUGIN_BROKEN` naming the plugin
 */
export async function loadPlugins({root}: Pick<Interfaces.Config, 'root'>): Promise<Registries> {
  const registries = {agents: createAgentRegistry(), validators: createValidatorRegistry()}
  // The command was found without the core plugins, to be quick.
  const {plugins} = await Config.load({root})
  for (const plugin of plugins.values()) {
    for (const {target} of plugin.hooks[HOOK] ?? []) await register(plugin, target, registries)
  }
  return registries
}

async function register({name, root}: Interfaces.Plugin, target: string, {agents, validators}: Registries): Promise<void> {
  const options: RegisterOptions = {
    addAgent: (backend) => agents.add(backend, name),
    addValidator: (validator) => validators.add(validator, name),
  }
  try {
    const module: {readonly default?: unknown} = await import(pathToFileURL(join(root, target)).href)
    if (typeof module.default !== 'function') throw new TypeError(`${target} has no default export that is a function`)
    await module.default(options)
  } catch (error) {
    if (error instanceof ConductError) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new ConductError(
      'PLUGIN_BROKEN',
      `The plugin ${name} failed to register: ${reason}`,
      [`Take it out: conduct plugins uninstall ${name}`],
      error,
    )
  }
}
