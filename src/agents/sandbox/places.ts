import path from 'node:path'
import type {AgentHome} from '../agent.ts'
import type {MountKind} from './mounts.ts'
import {SECRETS} from './secrets.ts'
import type {SandboxSettings} from './settings.ts'

/** The git side of a worktree. All paths canonical. */
export interface WorktreeGit {
  /** What all worktrees of the repository share. */
  readonly commonDir: string
  /** The worktree's own folder below `worktrees/`. */
  readonly gitDir: string
  /** Full name of its branch; `null` when detached. */
  readonly ref: string | null
}

/** What conduct itself knows of an attempt that is to be shut in. */
export interface SandboxRequest {
  readonly settings: SandboxSettings
  readonly git?: WorktreeGit
  /** Folders and files of conduct that agents are not to see: its state, its store, the worktrees of others. */
  readonly hide: readonly string[]
  /** What an agent is to read within these: the spec, outputs of tests. */
  readonly show: readonly string[]
}

export interface PlacesInput extends SandboxRequest {
  /** The worktree. */
  readonly cwd: string
  /** The checkout of the person. */
  readonly projectDir: string
  /** Home folder that the agent has. */
  readonly home: string
  /** Where programs are looked for. */
  readonly pathVariable: string
  /** The attempt's own folder for temporary files. */
  readonly tmp: string
  readonly agentHome: AgentHome
}

/** A path before anybody looked whether it is there. */
export interface Place {
  readonly kind: MountKind
  readonly path: string
  /** A folder that is made when it is missing. */
  readonly make?: true
  /** Key of the configuration that names it: it must be there. */
  readonly key?: string
  /** Needed only where it would be out of sight. */
  readonly ifHidden?: true
}

/** Everything whose standing differs from "read-only, like the rest of the disk". */
export function listPlaces(input: PlacesInput): readonly Place[] {
  const {settings, cwd, projectDir, home, hide, show, tmp, agentHome, git} = input
  const inHome = (names: readonly string[]) => names.map((name) => path.join(home, name))
  return [
    {kind: 'scratch', path: '/tmp'},
    ...toPlaces('hide', [...SOCKETS, ...inHome(SECRETS), ...hide]),
    ...settings.hide.map((place) => ({kind: 'hide' as const, path: expandPath(place, input)})),
    ...toPlaces('show', [home, projectDir, ...show]),
    ...[...pathFolders(input), ...NAMES].map((place) => ({kind: 'show' as const, path: place, ifHidden: true as const})),
    ...toPlaces('write', [cwd, tmp]),
    ...agentHome.write.map((place) => ({kind: 'write' as const, path: place, make: true as const})),
    ...listWritable(settings, input),
    ...toPlaces('keep', [path.join(cwd, '.git'), ...(agentHome.keep ?? [])]),
    ...(git === undefined ? [] : gitPlaces(git)),
  ]
}

/** What the configuration opens. */
export function listWritable({write}: SandboxSettings, from: Pick<PlacesInput, 'home' | 'projectDir'>): readonly Place[] {
  return write.map((place) => ({kind: 'write', path: expandPath(place, from), key: 'sandbox.write'}))
}

/** What a commit in a worktree needs to write, and nothing that git runs or trusts. */
function gitPlaces({commonDir, gitDir, ref}: WorktreeGit): readonly Place[] {
  const of = (...names: readonly string[]) => names.map((name) => path.join(commonDir, name))
  const branchFolder = ref === null ? [] : of(path.dirname(ref), path.join('logs', path.dirname(ref)))
  return [
    // It may lie elsewhere than the checkout, which is shown.
    {kind: 'show', path: commonDir},
    ...toPlaces('write', [...of('objects', 'lfs', 'reftable'), gitDir]),
    ...branchFolder.map((place) => ({kind: 'write' as const, path: place, make: true as const})),
    // Loose objects are added one by one; nobody but us packs them, or says where else objects lie.
    ...toPlaces('keep', of('objects/pack', 'objects/info', 'hooks', 'config', 'info', 'packed-refs', 'HEAD')),
    ...toPlaces(
      'keep',
      ['config.worktree', 'commondir', 'gitdir'].map((name) => path.join(gitDir, name)),
    ),
  ]
}

/** Sockets of Docker, of the session and of keyrings: who may connect to them needs no file of anybody. */
const SOCKETS = ['/run', '/var/run']
/** What must be seen of `/run` all the same: how names are looked up, and where NixOS keeps programs. */
const NAMES = ['/etc/resolv.conf', '/run/current-system', '/run/opengl-driver']

const toPlaces = (kind: MountKind, paths: readonly string[]): readonly Place[] => paths.map((place) => ({kind, path: place}))

function pathFolders({pathVariable}: PlacesInput): readonly string[] {
  return pathVariable.split(path.delimiter).filter((folder) => path.isAbsolute(folder))
}

function expandPath(written: string, {home, projectDir}: Pick<PlacesInput, 'home' | 'projectDir'>): string {
  if (written === '~') return home
  return written.startsWith('~/') ? path.join(home, written.slice(2)) : path.resolve(projectDir, written)
}
