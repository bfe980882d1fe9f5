import {folderOf, foldersAbove, remember, within, type Tree} from '../tree.ts'
import {isObject, parseJson} from './manifests.ts'

/** What configuration files say about the imports of the files in a folder. */
export interface Settings {
  /** `paths` of TypeScript, nearest first: a pattern with at most one star, and where it leads. */
  readonly paths: readonly {readonly pattern: string; readonly targets: readonly string[]}[]
  readonly baseUrls: readonly string[]
  /** TypeScript resolves as Node does. */
  readonly isNode: boolean
  readonly hasTypeScript: boolean
  /** Names of an import map of Deno; those that end with `/` are prefixes. */
  readonly mapped: readonly string[]
  /** Text of what configures bundlers and test runners. */
  readonly bundlers: string
}

const BUNDLER =
  /^(?:(?:vite|vitest|webpack|rollup|rolldown|rspack|rsbuild|next|nuxt|astro|svelte|remix|jest|babel|metro|craco|esbuild|tsup|gatsby|quasar|vue|ember-cli)[\w.-]*\.(?:[cm]?[jt]s|json)|\.babelrc|\.parcelrc|angular\.json)$/

export function createSettings(tree: Tree): (folder: string) => Promise<Settings> {
  const kept = new Map<string, Promise<Settings>>()
  return (folder) => remember(kept, folder, () => readSettings(folder, tree))
}

async function readSettings(folder: string, tree: Tree): Promise<Settings> {
  const files = foldersAbove(folder).flatMap((above) => [...tree.children(above)].map((name) => (above === '' ? name : `${above}/${name}`)))
  const named = (pattern: RegExp) => files.filter((file) => pattern.test(file.slice(file.lastIndexOf('/') + 1)))
  const configs = await Promise.all(named(/^[jt]sconfig[\w.-]*\.json$/).map((file) => readOptions(file, tree, 5)))
  const maps = await Promise.all(named(/^(?:deno\.jsonc?|import_map\.json)$/).map((file) => tree.readText(file)))
  const bundlers = await Promise.all(named(BUNDLER).map((file) => tree.readText(file)))
  const resolution = configs
    .map(({options}) => `${options.moduleResolution ?? options.module}`.toLowerCase())
    .find((word) => word !== 'undefined')
  return {
    paths: configs.flatMap((config) => config.paths),
    baseUrls: configs.flatMap(({baseUrl}) => baseUrl ?? []),
    isNode: /^node(?:16|18|20|next)$/.test(resolution ?? ''),
    hasTypeScript: configs.length > 0,
    mapped: maps.flatMap((text) => Object.keys(parseObject(text).imports ?? {})),
    bundlers: bundlers.map((text) => text ?? ' ').join('\n'),
  }
}

function parseObject(text: string | undefined): {readonly imports?: object} {
  const {imports} = parseJson(text ?? '')
  return isObject(imports) ? {imports} : {}
}

interface Config {
  readonly options: Readonly<Record<string, unknown>>
  readonly paths: Settings['paths']
  readonly baseUrl: string | undefined
}

/** With what it extends in the tree, as far as `depth`: files may extend one another in a circle. */
async function readOptions(file: string, tree: Tree, depth: number): Promise<Config> {
  const json = parseJson((await tree.readText(file)) ?? '')
  const folder = folderOf(file)
  const parents =
    depth === 0
      ? []
      : [json.extends].flat().flatMap((target) => (typeof target === 'string' ? (parentFile(folder, target, tree) ?? []) : []))
  const inherited = await Promise.all(parents.map((parent) => readOptions(parent, tree, depth - 1)))
  const options = isObject(json.compilerOptions) ? json.compilerOptions : {}
  const baseUrl = typeof options.baseUrl === 'string' ? within(folder, options.baseUrl) : inherited.at(-1)?.baseUrl
  return {
    options: Object.assign({}, ...inherited.map((config) => config.options), options),
    paths: isObject(options.paths) ? pathsOf(options.paths, baseUrl ?? folder) : inherited.flatMap((config) => config.paths),
    baseUrl,
  }
}

function parentFile(folder: string, target: string, tree: Tree): string | undefined {
  const path = target.startsWith('.') ? within(folder, target) : undefined
  return path === undefined ? undefined : [path, `${path}.json`, `${path}/tsconfig.json`].find((file) => tree.has(file))
}

function pathsOf(paths: Readonly<Record<string, unknown>>, base: string): Settings['paths'] {
  return Object.entries(paths).map(([pattern, targets]) => ({
    pattern,
    targets: [targets].flat().flatMap((target) => (typeof target === 'string' ? (within(base, target) ?? []) : [])),
  }))
}

/** What the star of a pattern stands for; `''` where there is none, `undefined` when the pattern does not fit. */
export function matchStar(pattern: string, text: string): string | undefined {
  const [before = '', after] = pattern.split('*')
  if (after === undefined) return pattern === text ? '' : undefined
  const fits = text.length >= before.length + after.length && text.startsWith(before) && text.endsWith(after)
  return fits ? text.slice(before.length, text.length - after.length) : undefined
}
