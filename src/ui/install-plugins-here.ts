import {installPlugin} from '../project/install-plugin.ts'
import {parsePluginAddress} from '../project/plugin-address.ts'
import {tryPlugin, type Brought} from '../plugins.ts'
import type {ConductCommand} from './conduct-command.ts'
import {watchSignals} from './signals.ts'

export interface InstallResult {
  readonly plugins: readonly ({readonly name: string; readonly version: string} & Brought)[]
}

/** `conduct plugins install`: one after the other; the first that cannot be installed ends it. */
export async function installPluginsHere(command: ConductCommand, words: readonly string[]): Promise<InstallResult> {
  const {config} = command
  const core = new Set([config.name, ...config.getPluginsList().flatMap(({name, type}) => (type === 'core' ? [name] : []))])
  const addresses = words.map((word) => parsePluginAddress(word, process.cwd()))
  const plugins: InstallResult['plugins'][number][] = []
  const signals = watchSignals()
  try {
    for (const address of addresses) {
      const request = {address, dataDir: config.dataDir, core, env: process.env, signal: signals.signal}
      const installed = await installPlugin(request, (name, folder) => tryPlugin(config, name, folder))
      plugins.push(installed)
      if (!command.jsonEnabled()) command.log(describe(installed))
    }
  } finally {
    signals.close()
  }
  return {plugins}
}

function describe({name, version, validators, agents}: InstallResult['plugins'][number]): string {
  const brought = [...validators.map((each) => `validator ${each}`), ...agents.map((each) => `agent backend ${each}`)]
  return `Installed ${name} ${version}: ${brought.join(', ') || 'it brings no validator and no agent backend'}.`
}
