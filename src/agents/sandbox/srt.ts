import type {Mount, MountKind} from './mounts.ts'

export interface SrtPlan {
  readonly mounts: readonly Mount[]
  /** Hosts that may be reached, `api.anthropic.com`, `*.npmjs.org`, `127.0.0.1:8080`. */
  readonly network: readonly string[]
}

/** The settings file of `srt`. It hides first and shows then; for what may be written it is the other way round. */
export function srtSettings({mounts, network}: SrtPlan): object {
  const of = (...kinds: readonly MountKind[]) => mounts.filter(({kind}) => kinds.includes(kind)).map(({path}) => path)
  return {
    network: {allowedDomains: network, deniedDomains: [], strictAllowlist: true},
    filesystem: {denyRead: of('hide'), allowRead: of('show', 'write'), allowWrite: of('write'), denyWrite: of('keep')},
  }
}

/**
 * `srt` lays files such as `.gitconfig` over the folder that it starts in, which git would add to the work, so it starts in an
 * empty one; it makes its own exit code 0 when it is told to stop, so the real one is kept in a file; and it sends nobody
 * through its filter who asks for this machine, so who may do that is told to.
 */
export function srtArguments(argv: readonly string[], {cwd, settingsFile, exitFile, reachesLoopback}: SrtStart): readonly string[] {
  const script = `${reachesLoopback ? 'unset NO_PROXY no_proxy; ' : ''}${START}`
  return ['srt', '--settings', settingsFile, '--', 'sh', '-c', script, 'sh', exitFile, cwd, ...argv]
}

const START = 'file=$1; cd -- "$2" || exit; shift 2; "$@"; code=$?; echo $code > "$file"; exit $code'

export interface SrtStart {
  readonly cwd: string
  readonly settingsFile: string
  /** Where the exit code is written. */
  readonly exitFile: string
  readonly reachesLoopback: boolean
}

/** Does one of the hosts mean this machine? */
export function hasLoopback(network: readonly string[]): boolean {
  return network.some((host) => /^(localhost|127\.[\d.]+|\[::1\])(:\d+)?$/i.test(host))
}
