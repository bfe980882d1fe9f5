import {execFile} from 'node:child_process'
import {writeFile} from 'node:fs/promises'
import {promisify} from 'node:util'

const run = promisify(execFile)

/** Of what a bill of materials is written. */
export interface BillRequest {
  readonly file: string
  /** Of the executable. */
  readonly sha256: string
  readonly nodeVersion: string
}

/** What of CycloneDX is touched here. */
interface Bill {
  readonly metadata: {readonly component: Record<string, unknown>}
  readonly components: Record<string, unknown>[]
}

/** Writes which packages, and which Node, are in the executable: CycloneDX, as npm makes it of the lock file. */
export async function writeBill(root: string, {file, sha256, nodeVersion}: BillRequest): Promise<void> {
  const args = ['sbom', '--sbom-format', 'cyclonedx', '--omit', 'dev', '--package-lock-only']
  const {stdout} = await run('npm', args, {cwd: root, maxBuffer: 1 << 26})
  const bill: Bill = JSON.parse(stdout)
  bill.metadata.component['hashes'] = [{alg: 'SHA-256', content: sha256}]
  const components = bill.components.filter(({name}) => name !== 'yarn')
  const node = {
    'bom-ref': `node@${nodeVersion}`,
    type: 'platform',
    name: 'node',
    version: nodeVersion,
    purl: `pkg:generic/node@${nodeVersion}`,
    licenses: [{license: {id: 'MIT'}}],
  }
  await writeFile(file, `${JSON.stringify({...bill, components: [...components, node]}, undefined, 2)}\n`)
}
