import {execFileSync, spawnSync} from 'node:child_process'
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

/** Is there an openssl to make certificates with? */
export const HAS_OPENSSL = spawnSync('openssl', ['version'], {stdio: 'ignore'}).status === 0

/** PEM files in a temporary folder: an authority, and what it signed. */
export interface Certificates {
  readonly ca: string
  readonly server: {readonly cert: string; readonly key: string}
  readonly client: {readonly cert: string; readonly key: string}
  remove(): Promise<void>
}

/** The server's certificate is good for 127.0.0.1 and for nothing else. */
export async function makeCertificates(): Promise<Certificates> {
  const folder = await mkdtemp(join(tmpdir(), 'conduct-tls-'))
  const file = (name: string) => join(folder, name)
  const openssl = (...args: readonly string[]) => execFileSync('openssl', [...args], {cwd: folder, stdio: 'pipe'})
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  openssl('req', '-x509', ...newKey, '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=Test authority', '-days', '2')
  const sign = async (name: string, extensions: string) => {
    await writeFile(file(`${name}.ext`), extensions)
    openssl('req', ...newKey, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`)
    const signing = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', `${name}.ext`]
    openssl('x509', '-req', '-in', `${name}.csr`, '-out', `${name}.pem`, ...signing)
    return {cert: file(`${name}.pem`), key: file(`${name}.key`)}
  }
  return {
    ca: file('ca.pem'),
    server: await sign('server', 'subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth\n'),
    client: await sign('client', 'extendedKeyUsage=clientAuth\n'),
    remove: () => rm(folder, {recursive: true, force: true}),
  }
}
