import type {AgentBackend} from './agent.ts'
import type {AgentRegistry} from './registry.ts'

/**
 * The backends that there are, and those to which the configuration gives a further name, with options of their own:
 * `"backends": {"qwen": {"use": "acp", "command": […]}}`. The name of a plugin's backend is never taken.
 *
 * @param backends `agents.backends` of the configuration
 */
export function withAliases(agents: AgentRegistry, backends: Readonly<Record<string, unknown>>): AgentRegistry {
  const aliases = new Map(Object.entries(backends).flatMap(([name, options]) => aliasOf(agents, name, options)))
  return {
    add: (backend, plugin) => agents.add(backend, plugin),
    get: (name) => agents.get(name) ?? aliases.get(name)?.backend,
    sourceOf: (name) => agents.sourceOf(aliases.get(name)?.use ?? name),
    names: () => [...agents.names(), ...aliases.keys()].sort(),
  }
}

interface Alias {
  readonly backend: AgentBackend
  readonly use: string
}

function aliasOf(agents: AgentRegistry, name: string, written: unknown): readonly (readonly [string, Alias])[] {
  if (typeof written !== 'object' || written === null || !('use' in written) || typeof written.use !== 'string') return []
  const {use, ...options} = written
  const backend = agents.get(use)
  if (backend === undefined || agents.get(name) !== undefined) return []
  const {home} = backend
  const renamed = (text: string) => text.replaceAll(`agents.backends.${use}`, `agents.backends.${name}`)
  const alias: AgentBackend = {
    name,
    async probe(input) {
      const probe = await backend.probe({...input, options})
      return probe.ok ? probe : {ok: false, problem: renamed(probe.problem), hint: renamed(probe.hint)}
    },
    run: (request, tools) => backend.run({...request, options}, tools),
    ...(home === undefined ? {} : {home: (input) => home({...input, options})}),
  }
  return [[name, {backend: alias, use}]]
}
