import {mkdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import type {Git} from './git.ts'

/**
 * Writes the files of a commit into a new folder, with a repository of their own that borrows the objects: programs in it
 * can ask git, and nothing is written to the repository of the person. Delete the folder to be rid of it.
 */
export async function writeCheckout(git: Git, {path, sha}: {readonly path: string; readonly sha: string}): Promise<void> {
  const gitDir = join(path, '.git')
  const {commonDir, objectFormat} = git.repository
  await mkdir(join(gitDir, 'objects', 'info'), {recursive: true, mode: 0o700})
  await mkdir(join(gitDir, 'refs'))
  await writeFile(join(gitDir, 'objects', 'info', 'alternates'), `${join(commonDir, 'objects')}\n`)
  await writeFile(join(gitDir, 'config'), configOf(objectFormat))
  await writeFile(join(gitDir, 'HEAD'), `${sha}\n`)
  await git.tree({workTree: path, indexFile: join(gitDir, 'index')}, ['read-tree', '--reset', '-u', '--end-of-options', sha])
}

function configOf(objectFormat: string): string {
  if (objectFormat === 'sha1') return '[core]\n\trepositoryformatversion = 0\n\tbare = false\n'
  return `[core]\n\trepositoryformatversion = 1\n\tbare = false\n[extensions]\n\tobjectFormat = ${objectFormat}\n`
}
