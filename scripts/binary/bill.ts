import {packagesOf, type Lock} from './packages-of.ts'

/** Of what a bill of materials is made. */
export interface BillRequest {
  readonly lock: Lock
  readonly version: string
  /** Of the executable, in hex. */
  readonly sha256: string
  readonly nodeVersion: string
  /** What the build took something of, see `dist/bundled.json`: `zod@4.6.7`. */
  readonly bundled: readonly string[]
}

/**
 * Which packages, and which Node, are in the executable, as a document of CycloneDX 1.6. Made of the lock file, since what is in a
 * bundle can no longer be seen; npm's own `sbom` leaves out what our packages have built in.
 */
export function toBill({lock, version, sha256, nodeVersion, bundled}: BillRequest): object {
  const names = Object.keys(lock.packages['']?.dependencies ?? {})
  const carried = packagesOf(lock, names, ['yarn']).map((folder) => toComponent(lock, folder))
  const locked = Object.keys(lock.packages).filter((folder) => folder.includes('node_modules/'))
  const built = locked.map((folder) => toComponent(lock, folder)).filter((component) => bundled.includes(component['bom-ref']))
  const once = new Map([...carried, ...built, toNode(nodeVersion)].map((component) => [component['bom-ref'], component]))
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: {
        'bom-ref': `conduct-cli@${version}`,
        type: 'application',
        name: 'conduct-cli',
        version,
        hashes: [{alg: 'SHA-256', content: sha256}],
        licenses: [{license: {id: 'MIT'}}],
      },
    },
    components: [...once.values()],
  }
}

function toComponent({packages}: Lock, folder: string) {
  const name = folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length)
  const {link, resolved = '', integrity} = packages[folder] ?? {}
  const {version = '', license} = packages[link ? resolved : folder] ?? {}
  return {
    'bom-ref': `${name}@${version}`,
    type: 'library',
    name,
    version,
    purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
    ...(license === undefined ? {} : {licenses: [{expression: license}]}),
    ...(integrity === undefined ? {} : {hashes: [toHash(integrity)]}),
  }
}

function toHash(integrity: string) {
  return {alg: 'SHA-512', content: Buffer.from(integrity.replace(/^sha512-/, ''), 'base64').toString('hex')}
}

function toNode(version: string) {
  const purl = `pkg:generic/node@${version}`
  return {'bom-ref': `node@${version}`, type: 'platform', name: 'node', version, purl, licenses: [{license: {id: 'MIT'}}]}
}
