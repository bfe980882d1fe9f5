/** What of `package-lock.json` is read here: packages by the folder they lie in, `''` being the project. */
export interface Lock {
  readonly packages: Readonly<Record<string, LockedPackage>>
}

/** One package, as npm locked it. */
export interface LockedPackage {
  readonly version?: string
  readonly license?: string
  /** `sha512-` and base64. */
  readonly integrity?: string
  /** Of our own packages: the folder they really lie in. */
  readonly link?: boolean
  readonly resolved?: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

/**
 * Folders of the packages that these depend on, themselves included. What our own packages develop with is built into them.
 *
 * @param names dependencies of the project
 * @param apart left out, with what they alone depend on
 */
export function packagesOf({packages}: Lock, names: readonly string[], apart: readonly string[]): readonly string[] {
  const found = new Set<string>()
  const visit = (name: string, from: string): void => {
    const folder = apart.includes(name) ? undefined : locate(packages, name, from)
    if (folder === undefined || found.has(folder)) return
    found.add(folder)
    const {link, resolved = ''} = packages[folder] ?? {}
    const place = link ? resolved : folder
    const {dependencies, devDependencies, optionalDependencies} = packages[place] ?? {}
    for (const next of Object.keys({...dependencies, ...optionalDependencies, ...(link ? devDependencies : {})})) visit(next, place)
  }
  for (const name of names) visit(name, '')
  return [...found].sort()
}

/** As Node looks for it: in the folder itself, then in those above. Optional ones may not be there. */
function locate(packages: Lock['packages'], name: string, from: string): string | undefined {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    const folder = at === '' ? `node_modules/${name}` : `${at}/node_modules/${name}`
    if (folder in packages) return folder
    if (at === '') return undefined
  }
}
