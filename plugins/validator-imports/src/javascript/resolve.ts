import type {Tree} from '../tree.ts'

/** How much a file may leave out of the path that it imports. */
export interface Mode {
  /** As Node resolves ES modules: no extension is added, no folder has an index. */
  readonly isStrict: boolean
  /** `./a.js` may be `./a.ts`, which becomes it. */
  readonly mapsTypes: boolean
}

const SOURCES: Readonly<Record<string, readonly string[]>> = {
  '.js': ['.ts', '.tsx', '.d.ts', '.jsx'],
  '.jsx': ['.tsx', '.d.ts'],
  '.mjs': ['.mts', '.d.mts'],
  '.cjs': ['.cts', '.d.cts'],
}
const ADDED = ['.ts', '.tsx', '.js', '.jsx', '.mts', '.mjs', '.cts', '.cjs', '.d.ts', '.json', '.node', '.vue', '.svelte', '.astro', '.mdx']

/** The file of the tree that a path means; `undefined` when there is none. */
export function resolveFile(path: string, {isStrict, mapsTypes}: Mode, tree: Tree): string | undefined {
  if (tree.has(path)) return path
  const extension = /\.[cm]?jsx?$/.exec(path)?.[0] ?? ''
  const stem = path.slice(0, path.length - extension.length)
  const mapped = mapsTypes ? (SOURCES[extension] ?? []).map((source) => `${stem}${source}`) : []
  const added = isStrict ? [] : [...ADDED.map((end) => `${path}${end}`), ...ADDED.map((end) => `${path}/index${end}`.replace(/^\//, ''))]
  const found = [...mapped, ...added].find((file) => tree.has(file))
  return found ?? (isStrict ? undefined : unusualFile(path, tree))
}

/** `./a` may be `a.ios.tsx`, and a folder may name its main file. */
function unusualFile(path: string, tree: Tree): string | undefined {
  const slash = path.lastIndexOf('/')
  const folder = path.slice(0, Math.max(0, slash))
  const begin = `${path.slice(slash + 1)}.`
  const sibling = [...tree.children(folder)].find(
    (name) => name.startsWith(begin) && /\.(?:web|native|ios|android|server|client|module)\.\w+$/.test(name),
  )
  if (sibling !== undefined) return folder === '' ? sibling : `${folder}/${sibling}`
  return tree.has(`${path}/package.json`) ? `${path}/package.json` : undefined
}

/** The same path in other letters: there on a Mac, and not elsewhere. */
export function inOtherCase(path: string, tree: Tree): string | undefined {
  const slash = path.lastIndexOf('/')
  const folder = path.slice(0, Math.max(0, slash))
  const name = path.slice(slash + 1).toLowerCase()
  const other = [...tree.children(folder)].find(
    (child) => child.toLowerCase() === name || child.toLowerCase().replace(/\.\w+$/, '') === name,
  )
  return other === undefined ? undefined : folder === '' ? other : `${folder}/${other}`
}
