import {contain} from '../contain.ts'
import {refuseOtherContract} from '../contract-version.ts'
import {ConductError} from '../errors.ts'
import type {AgentBackend} from './agent.ts'

/** The agent backends that plugins brought. */
export interface AgentRegistry {
  /**
   * @param plugin name of the package that brings it, for the error message
   * @throws {ConductError} `PLUGIN_BROKEN` when it is no backend, or its name is taken
   */
  add(backend: AgentBackend, plugin?: string): void
  /** What it does is contained: it cannot end the process, and prints to stderr. */
  get(name: string): AgentBackend | undefined
  /** Name of the package that brought it. */
  sourceOf(name: string): string | undefined
  /** Sorted. */
  names(): readonly string[]
}

const NAME = /^[a-z0-9][a-z0-9-]{0,62}$/

/** Creates an empty registry. What a plugin adds is checked here, and blamed by name. */
export function createAgentRegistry(): AgentRegistry {
  const known = new Map<string, {backend: AgentBackend; origin: string; plugin: string | undefined}>()
  return {
    add(backend, plugin) {
      const origin = plugin === undefined ? 'A plugin' : `The plugin ${plugin}`
      checkBackend(backend, origin)
      refuseOtherContract(backend, `the agent backend \`${backend.name}\``, plugin ?? origin)
      const first = known.get(backend.name)
      if (first) throw broken(origin, `brings the agent backend "${backend.name}", which another one brought: ${first.origin}`)
      known.set(backend.name, {backend: contained(backend), origin, plugin})
    },
    get: (name) => known.get(name)?.backend,
    sourceOf: (name) => known.get(name)?.plugin,
    names: () => [...known.keys()].sort(),
  }
}

/** The object itself is called, since its methods may use `this`. */
function contained(backend: AgentBackend): AgentBackend {
  return {
    name: backend.name,
    probe: (input) => contain(backend.name, () => backend.probe(input)),
    run: (request, tools) => contain(backend.name, () => backend.run(request, tools)),
    ...(backend.home === undefined ? {} : {home: (input) => contain(backend.name, () => backend.home?.(input) ?? {write: []})}),
  }
}

function checkBackend(backend: unknown, origin: string): void {
  if (typeof backend !== 'object' || backend === null) throw broken(origin, 'brings an agent backend that is no object')
  const {name, probe, run, home} = backend as Readonly<Record<string, unknown>> // any object has string keys
  if (typeof name !== 'string' || !NAME.test(name)) {
    throw broken(origin, `brings an agent backend with the name ${JSON.stringify(name)}; a name is kebab-case, as "my-agent"`)
  }
  if (typeof probe !== 'function') throw broken(origin, `brings the agent backend "${name}" without a function \`probe\``)
  if (typeof run !== 'function') throw broken(origin, `brings the agent backend "${name}" without a function \`run\``)
  if (home !== undefined && typeof home !== 'function')
    throw broken(origin, `brings the agent backend "${name}", whose \`home\` is no function`)
}

function broken(origin: string, fault: string): ConductError {
  return new ConductError('PLUGIN_BROKEN', `${origin} ${fault}.`, [
    'Run `conduct plugins` to see what is installed, and `conduct plugins uninstall NAME` to remove it.',
  ])
}
