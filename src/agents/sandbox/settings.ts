export const SANDBOXES = ['none', 'bwrap', 'srt'] as const

/** What agents are shut in: nothing, plain bubblewrap, or `@anthropic-ai/sandbox-runtime`. */
export type SandboxKind = (typeof SANDBOXES)[number]

/** The key `sandbox` of the configuration, as a person wrote it. */
export type SandboxConfig =
  | SandboxKind
  | {
      readonly kind: SandboxKind
      readonly write?: readonly string[] | undefined
      readonly hide?: readonly string[] | undefined
      readonly network?: 'all' | 'none' | readonly string[] | undefined
    }

/** A sandbox that is to be used. Paths are as written: `~/…`, absolute, or meant from the repository. */
export type SandboxSettings = {readonly write: readonly string[]; readonly hide: readonly string[]} & (
  | {readonly kind: 'bwrap'; readonly network: 'all' | 'none'}
  | {readonly kind: 'srt'; readonly network: readonly string[]}
)

/** What the configuration asks for, with its defaults; `undefined` for no sandbox. It must have no problem. */
export function toSandboxSettings(config: SandboxConfig): SandboxSettings | undefined {
  const {kind, write = [], hide = [], network} = typeof config === 'string' ? {kind: config} : config
  if (kind === 'none') return undefined
  if (kind === 'srt') return {kind, write, hide, network: Array.isArray(network) ? network : []}
  return {kind, write, hide, network: network === 'none' ? 'none' : 'all'}
}

/** The sandbox in a few words: `bwrap, network: all`. */
export function describeSandbox(config: SandboxConfig): string {
  const settings = toSandboxSettings(config)
  if (settings === undefined) return 'none'
  const {kind, network} = settings
  return `${kind}, network: ${typeof network === 'string' ? network : network.join(', ')}`
}

/** A name, also with a `*.` before it, or an address; a port may follow. */
const HOST = /^(?:(?:\*\.)?[\w-]+(?:\.[\w-]+)*|\[[\da-f:.]+\])(?::\d{1,5})?$/i

const HOSTS = '{"kind": "srt", "network": ["api.anthropic.com"]}'

/** Why the sandbox cannot be what the configuration says, and what to write instead; `undefined` when it can. */
export function findSandboxProblem(config: SandboxConfig): string | undefined {
  const {kind, network, write = [], hide = []} = typeof config === 'string' ? {kind: config} : config
  const isList = Array.isArray(network)
  if (kind === 'none' && network !== undefined) return '"none" shuts nothing off the network; write "bwrap" or "srt".'
  if (kind === 'srt' && !(isList && network.length > 0))
    return `"srt" needs the hosts that agents may reach: ${HOSTS}; without such a list, write "bwrap".`
  if (kind === 'bwrap' && isList) return `"bwrap" lets agents reach every host or none ("all", "none"); a list of hosts needs ${HOSTS}.`
  const noHost = isList ? network.find((host) => !HOST.test(host)) : undefined
  if (noHost !== undefined)
    return `${JSON.stringify(noHost)} is no host; write "api.anthropic.com", "*.npmjs.org" or "127.0.0.1:8080", without "https://".`
  const isUsable = (path: string) => path.trim() !== '' && !path.includes('\0')
  return [...write, ...hide].every(isUsable) ? undefined : 'A path of `write` or `hide` is empty, or holds a NUL character.'
}
