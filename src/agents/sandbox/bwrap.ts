import {orderMounts, type Mount} from './mounts.ts'

export interface BwrapPlan {
  readonly mounts: readonly Mount[]
  /** Absolute path inside. */
  readonly cwd: string
  readonly network: 'all' | 'none'
  /** An empty file that stands for each file that is hidden. */
  readonly emptyFile: string
}

/**
 * A PID namespace of its own, so that whatever is started ends with it; no terminal to type into; and for root none of its
 * powers, with which it could mount what it likes.
 */
const WALLS = '--unshare-pid --unshare-ipc --unshare-uts --unshare-cgroup-try --cap-drop ALL --die-with-parent --new-session'.split(' ')
const DISK = ['--ro-bind', '/', '/', '--dev', '/dev', '--proc', '/proc']

/** The arguments of bubblewrap that start `argv` in this sandbox. */
export function bwrapArguments(argv: readonly string[], {mounts, cwd, network, emptyFile}: BwrapPlan): readonly string[] {
  const ordered = orderMounts(mounts)
  return [
    'bwrap',
    ...DISK,
    ...ordered.flatMap((mount) => mountArguments(mount, emptyFile)),
    // Once everything in them has its place.
    ...ordered.flatMap(({kind, isFolder, path}) => (kind === 'hide' && isFolder ? ['--remount-ro', path] : [])),
    ...WALLS,
    ...(network === 'none' ? ['--unshare-net'] : []),
    '--chdir',
    cwd,
    '--',
    ...argv,
  ]
}

/** The arguments that try whether bubblewrap works on this machine at all: every wall, and nothing in it. */
export function trialArguments(): readonly string[] {
  return ['bwrap', ...DISK, '--tmpfs', '/tmp', ...WALLS, '--', 'true']
}

function mountArguments({kind, isFolder, path}: Mount, emptyFile: string): readonly string[] {
  switch (kind) {
    case 'scratch':
      return ['--tmpfs', path]
    case 'hide':
      return isFolder ? ['--tmpfs', path] : ['--ro-bind', emptyFile, path]
    case 'write':
      return ['--bind', path, path]
    case 'show':
    case 'keep':
      return ['--ro-bind', path, path]
  }
}
