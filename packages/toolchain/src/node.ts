import {access} from 'node:fs/promises'
import {join, posix} from 'node:path'
import {foldersAbove} from './folders.ts'
import type {ProjectTree} from './tree.ts'

export type PackageManager = 'npm' | 'pnpm' | 'yarn' | 'bun'

/** How a folder's packages are installed. */
export interface NodeProject {
  readonly manager: PackageManager
  /** Installs what the lock file says: `npm ci`. */
  readonly install: string
  /** Adds a package that package.json does not name yet, up to the name: `npm install --save-dev`. */
  readonly add: string
}

const LOCK_FILES: readonly (readonly [file: string, manager: PackageManager])[] = [
  ['pnpm-lock.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
  ['package-lock.json', 'npm'],
  ['npm-shrinkwrap.json', 'npm'],
]

const ADD = {npm: 'npm install --save-dev', pnpm: 'pnpm add --save-dev', yarn: 'yarn add --dev', bun: 'bun add --dev'} as const

/** By the closest lock file at or above the folder, then by `packageManager` of a package.json, then npm. */
export async function nodeProject(tree: ProjectTree, dir: string): Promise<NodeProject> {
  const files = new Set(tree.files)
  for (const folder of foldersAbove(dir)) {
    const lock = LOCK_FILES.find(([file]) => files.has(posix.join(folder, file)))
    if (lock) return describe(lock[1], true)
    const named = await namedManager(tree, posix.join(folder, 'package.json'))
    if (named) return describe(named, false)
  }
  return describe('npm', false)
}

function describe(manager: PackageManager, isLocked: boolean): NodeProject {
  const locked = {npm: 'npm ci', pnpm: 'pnpm install --frozen-lockfile', yarn: 'yarn install', bun: 'bun install --frozen-lockfile'}
  return {manager, install: isLocked ? locked[manager] : `${manager} install`, add: ADD[manager]}
}

async function namedManager(tree: ProjectTree, file: string): Promise<PackageManager | undefined> {
  if (!tree.files.includes(file)) return undefined
  const match = /"packageManager"\s*:\s*"(npm|pnpm|yarn|bun)@/.exec((await tree.readText(file)) ?? '')
  return (match?.[1] ?? undefined) as PackageManager | undefined
}

/**
 * Absolute path of a program that was installed into `node_modules` of the folder or of one above it. What is tracked
 * there came with the tree and is not believed.
 */
export async function findNodeProgram({cwd, files}: ProjectTree, dir: string, name: string): Promise<string | undefined> {
  for (const folder of foldersAbove(dir)) {
    const relative = posix.join(folder, 'node_modules/.bin', name)
    if (files.includes(relative)) continue
    if (await exists(join(cwd, relative))) return join(cwd, relative)
  }
  return undefined
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
