import {folderOf, foldersAbove, type Tree} from '../tree.ts'
import {isForeign} from '../sources.ts'

/** What a `package.json` says, as far as it matters here. */
export interface Manifest {
  /** Relative, `''` for the root. */
  readonly folder: string
  readonly name: string | undefined
  readonly isModule: boolean
  /** Subpath imports: `#a` to a path, or to conditions. */
  readonly imports: Readonly<Record<string, unknown>>
  /** Installed wherever the package is developed. */
  readonly always: ReadonlySet<string>
  /** All that may be imported: peers and optional ones too. */
  readonly declared: ReadonlySet<string>
}

export interface Manifests {
  /** Those above a file, nearest first. */
  above(file: string): readonly Manifest[]
  /** Names of the packages that are in the tree. */
  readonly own: ReadonlySet<string>
}

export async function readManifests(tree: Tree): Promise<Manifests> {
  const files = tree.files.filter((file) => /(?:^|\/)package\.json$/.test(file) && !isForeign(file))
  const all = await Promise.all(files.map(async (file) => toManifest(folderOf(file), (await tree.readText(file)) ?? '')))
  const byFolder = new Map(all.map((manifest) => [manifest.folder, manifest]))
  return {
    above: (file) => foldersAbove(folderOf(file)).flatMap((folder) => byFolder.get(folder) ?? []),
    own: new Set(all.flatMap(({name}) => name ?? [])),
  }
}

function toManifest(folder: string, text: string): Manifest {
  const json = parseJson(text)
  const namesOf = (...keys: readonly string[]) => keys.flatMap((key) => (isObject(json[key]) ? Object.keys(json[key]) : []))
  const always = namesOf('dependencies', 'devDependencies')
  return {
    folder,
    name: typeof json.name === 'string' ? json.name : undefined,
    isModule: json.type === 'module',
    imports: isObject(json.imports) ? json.imports : {},
    always: new Set(always.filter((name) => !namesOf('optionalDependencies').includes(name))),
    declared: new Set([...always, ...namesOf('peerDependencies', 'optionalDependencies')]),
  }
}

/** With comments and commas too many, as people write them in `tsconfig.json`; `{}` for what is no object. */
export function parseJson(text: string): Readonly<Record<string, unknown>> {
  const plain = text
    .replace(/^\uFEFF/, '')
    .replaceAll(/("(?:\\.|[^"\\\n])*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (_all, quoted?: string) => quoted ?? '')
  try {
    const value: unknown = JSON.parse(plain.replaceAll(/("(?:\\.|[^"\\\n])*")|,(?=\s*[}\]])/g, (_all, quoted?: string) => quoted ?? ''))
    return isObject(value) ? value : {}
  } catch {
    return {}
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
