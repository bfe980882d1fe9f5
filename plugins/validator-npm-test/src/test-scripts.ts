import {posix} from 'node:path'
import type {ValidatorInput} from 'conduct-cli/plugin'

export interface TestScript {
  /** Folder of the package.json, `.` for the root. */
  readonly dir: string
  readonly script: string
}

/** What `npm init` writes. */
const NPM_DEFAULT = /no test specified/
/** Packages that are material, not part of the project. */
const MATERIAL = /(?:^|\/)(?:node_modules|vendor|fixtures?|__fixtures__|testdata|tests?|__tests__|examples?|templates?|dist|build)\//

/** The script of the root, which speaks for all its workspaces; where it has none, those of all packages. */
export async function findTestScripts(input: Pick<ValidatorInput, 'files' | 'readText'>): Promise<readonly TestScript[]> {
  const manifests = input.files.filter((file) => posix.basename(file) === 'package.json' && !MATERIAL.test(file))
  const found = await Promise.all(manifests.map(async (file) => ({dir: posix.dirname(file), script: await readTestScript(input, file)})))
  const scripts = found.flatMap(({dir, script}) => (script === undefined ? [] : [{dir, script}]))
  const root = scripts.filter(({dir}) => dir === '.')
  return root.length > 0 ? root : scripts.sort((one, other) => (one.dir < other.dir ? -1 : 1))
}

async function readTestScript({readText}: Pick<ValidatorInput, 'readText'>, file: string): Promise<string | undefined> {
  const script = testScriptOf(parse((await readText(file)) ?? ''))
  return script === undefined || script.trim() === '' || NPM_DEFAULT.test(script) ? undefined : script
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // A package.json that is no JSON has no test script; npm says more about it than we could.
    return undefined
  }
}

function testScriptOf(manifest: unknown): string | undefined {
  if (typeof manifest !== 'object' || manifest === null || !('scripts' in manifest)) return undefined
  const {scripts} = manifest
  if (typeof scripts !== 'object' || scripts === null || !('test' in scripts)) return undefined
  return typeof scripts.test === 'string' ? scripts.test : undefined
}
