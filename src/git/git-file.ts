import {lstat, readFile, realpath, rename, rm, writeFile} from 'node:fs/promises'
import {dirname, isAbsolute, join, relative, resolve} from 'node:path'

/** Where the `.git` of a checkout leads: itself when it is a folder, else what the file says; `undefined` without one. */
export async function readGitFile(checkout: string): Promise<string | undefined> {
  const file = join(checkout, '.git')
  const stat = await lstat(file).catch(() => undefined)
  if (stat?.isDirectory()) return realpath(file)
  if (!stat?.isFile()) return undefined
  const target = /^gitdir: (.+)\n?$/.exec(await readFile(file, 'utf8'))?.[1]
  return target === undefined ? undefined : realpath(resolve(checkout, target)).catch(() => undefined)
}

/** Does this checkout say that it belongs to that git directory? */
export async function isGitFileOf(checkout: string, gitDir: string): Promise<boolean> {
  return (await readGitFile(checkout)) === gitDir
}

/** Is `path` below `root`, both canonical? */
export function isInside(root: string, path: string): boolean {
  const way = relative(root, path)
  return way !== '' && !way.startsWith('..') && !isAbsolute(way)
}

/** The checkout that an entry of `worktrees/` names; `undefined` for a broken one. */
export async function readAdminPath(gitDir: string): Promise<string | undefined> {
  const text = await readFile(join(gitDir, 'gitdir'), 'utf8').catch(() => '')
  const file = text.replace(/\n$/, '')
  return file === '' ? undefined : dirname(resolve(gitDir, file))
}

/** What HEAD of a checkout is: the full name of a branch, or a commit. */
export type Head = {readonly ref: string; readonly sha?: never} | {readonly ref?: never; readonly sha: string}

/** HEAD as its file says; `undefined` when it is missing or empty. */
export async function readHeadFile(gitDir: string): Promise<Head | undefined> {
  const text = (await readFile(join(gitDir, 'HEAD'), 'utf8').catch(() => '')).trim()
  if (text.startsWith('ref: ')) return {ref: text.slice('ref: '.length)}
  return /^[0-9a-f]{40,64}$/.test(text) ? {sha: text} : undefined
}

/** Writes the `.git` file of a worktree, in the place of whatever an agent may have put there. */
export async function writeGitFile({path, gitDir}: {readonly path: string; readonly gitDir: string}): Promise<void> {
  const file = join(path, '.git')
  if (await isGitFileOf(path, gitDir)) return
  await rm(file, {recursive: true, force: true})
  await replaceFile(file, `gitdir: ${gitDir}\n`)
}

/** Writes a file as a whole: no reader and no crash meets half of it. A link in its place is replaced, not followed. */
export async function replaceFile(file: string, text: string): Promise<void> {
  const draft = `${file}.conduct`
  await rm(draft, {recursive: true, force: true})
  await writeFile(draft, text, {flag: 'wx'})
  await rename(draft, file)
}
