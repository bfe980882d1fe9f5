import {existsSync, readFileSync} from 'node:fs'
import path from 'node:path'
import {fileURLToPath} from 'node:url'

/**
 * The folder of the installed package: where `package.json`, the prompts and the schemas lie. Found by walking
 * up, since the code runs from `src/` unbuilt and from `dist/` once built.
 */
export function packageRoot(): string {
  let folder = path.dirname(fileURLToPath(import.meta.url))
  while (!isOurs(path.join(folder, 'package.json'))) {
    const parent = path.dirname(folder)
    if (parent === folder) throw new Error('Internal error: no package.json of conduct-cli above its own code')
    folder = parent
  }
  return folder
}

function isOurs(file: string): boolean {
  if (!existsSync(file)) return false
  const manifest: unknown = JSON.parse(readFileSync(file, 'utf8'))
  return typeof manifest === 'object' && manifest !== null && 'name' in manifest && manifest.name === 'conduct-cli'
}
