import {readdir, readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import type {Metafile} from 'esbuild'

/** What is built into `dist/` is not installed beside it: this is where the licences of its authors stay with it. */

/**
 * Writes the licence of each package that went into the bundles, once, in the order of their names, and the packages as a list
 * (`["zod@4.6.7"]`) for those who look for known faults in it.
 *
 * @param folder gets `THIRD-PARTY-LICENSES.txt` and `bundled.json`
 * @param metafiles of all bundles; their paths are relative to `root`
 * @throws when a package has no licence file and names none: then it cannot be shipped
 */
export async function writeNotices(folder: string, root: string, metafiles: readonly Metafile[]): Promise<void> {
  const inputs = metafiles.flatMap(({outputs}) => Object.values(outputs)).flatMap((output) => Object.keys(output.inputs))
  const folders = new Set(inputs.flatMap((input) => packageFolder(input) ?? []))
  const notices = await Promise.all([...folders].map((each) => readNotice(join(root, each))))
  const byId = [...new Map(notices.map((notice) => [notice.id, notice.text]))].sort(([a], [b]) => (a < b ? -1 : 1))
  const text = byId.map(([id, licence]) => `${id}\n\n${licence}\n`).join(`\n${'-'.repeat(80)}\n\n`)
  await writeFile(join(folder, 'THIRD-PARTY-LICENSES.txt'), text)
  await writeFile(join(folder, 'bundled.json'), `${JSON.stringify(byId.map(([id]) => id))}\n`)
}

/** `node_modules/a/node_modules/@b/c/lib/d.js` is a file of `node_modules/a/node_modules/@b/c`. */
export function packageFolder(input: string): string | undefined {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(input)?.[0]
}

async function readNotice(folder: string): Promise<{readonly id: string; readonly text: string}> {
  const {name, version, license}: Readonly<Record<string, unknown>> = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
  const file = (await readdir(folder)).sort().find((entry) => /^(licen[cs]e|copying)/i.test(entry))
  if (file === undefined && typeof license !== 'string') throw new Error(`${folder} has no licence`)
  const text = file === undefined ? `Licence: ${license}` : (await readFile(join(folder, file), 'utf8')).trim()
  return {id: `${name}@${version}`, text}
}
