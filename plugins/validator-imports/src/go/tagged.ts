import {parseSource} from '@conduct-cli/source'
import type {Finding, ValidatorInput} from 'conduct-cli/plugin'
import {isForeign} from '../sources.ts'
import {createTree, foldersAbove, folderOf, within, type Tree} from '../tree.ts'

/**
 * Imports on added lines of files that no build reads here, since a tag or another system asks for them. As for
 * `go mod tidy`, `go.mod` must provide what they import, but for those that say `ignore`.
 */
export async function checkTagged(input: ValidatorInput): Promise<readonly Finding[]> {
  const tree = createTree(input.cwd, input.files, input.readText)
  const findings: Finding[] = []
  for (const file of input.changedFiles.filter((each) => each.endsWith('.go') && !isForeign(each) && tree.has(each))) {
    const text = await tree.readText(file)
    if (text !== undefined && isLeftOut(file, text)) findings.push(...(await checkFile(file, text, tree, input)))
  }
  return findings
}

const SYSTEM =
  /_(?:windows|darwin|linux|plan9|js|wasip1|android|ios|freebsd|netbsd|openbsd|solaris|aix|dragonfly|illumos|386|amd64|arm|arm64|wasm|riscv64|ppc64le|s390x)(?:_test)?\.go$/

function isLeftOut(file: string, text: string): boolean {
  const constraint = /^\/\/go:build\s+(.*)$/m.exec(text.slice(0, text.search(/^package\s/m)))?.[1]
  return constraint === undefined ? SYSTEM.test(file) : !/\bignore\b/.test(constraint)
}

async function checkFile(file: string, text: string, tree: Tree, input: ValidatorInput): Promise<readonly Finding[]> {
  const folder = foldersAbove(folderOf(file)).find((each) => tree.has(pathIn(each, 'go.mod')))
  const manifest = folder === undefined ? undefined : await tree.readText(pathIn(folder, 'go.mod'))
  if (folder === undefined || manifest === undefined || tree.has('go.work')) return []
  const added = await input.addedLines(file)
  const findings: Finding[] = []
  for (const {specifier, line} of parseSource(file, text)?.imports ?? []) {
    const message = added.has(line) ? await problemOf(specifier, {manifest, folder, tree}) : undefined
    if (message !== undefined) findings.push({message, file, line})
  }
  return findings
}

interface GoModule {
  readonly manifest: string
  readonly folder: string
  readonly tree: Tree
}

async function problemOf(path: string, {manifest, folder, tree}: GoModule): Promise<string | undefined> {
  const own = /^module\s+"?([^\s"]+)/m.exec(manifest)?.[1] ?? ''
  if (modulesIn(manifest).some((name) => isBelow(path, name))) return undefined
  if (isBelow(path, own)) {
    const missing = within(folder, path.slice(own.length + 1)) ?? ''
    const isThere = [...tree.children(missing)].some((name) => name.endsWith('.go')) || (await tree.isOnDisk(missing))
    return isThere ? undefined : `\`${path}\` is a package of this module, and there is no Go file in \`${missing}\`.`
  }
  if (!(path.split('/')[0] ?? '').includes('.')) return undefined
  return `\`${path}\` is in no module that \`${pathIn(folder, 'go.mod')}\` requires: run \`go get ${path}\`. A build tag does not change that.`
}

/** What `require` and `replace` name, in blocks and alone. */
function modulesIn(manifest: string): readonly string[] {
  const lines = manifest.replaceAll(/\/\/[^\n]*/g, '').split('\n')
  return lines.flatMap(
    (line) => /^\s*(?:(?:require|replace)\s+)?"?([\w-]+(?:\.[\w-]+)+(?:\/[^\s"]*)?)"?\s+(?:v\d|=>)/.exec(line)?.[1] ?? [],
  )
}

const isBelow = (path: string, name: string) => path === name || path.startsWith(`${name}/`)

const pathIn = (folder: string, name: string) => (folder === '' ? name : `${folder}/${name}`)
