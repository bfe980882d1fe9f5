import type {Git} from './git.ts'

export interface GitObject {
  readonly id: string
  readonly type: string
  readonly data: Buffer
}

export interface Commit {
  readonly id: string
  readonly tree: string
  readonly parents: readonly string[]
  readonly message: string
}

/** Reads objects by any name (`id`, `commit:path`), all in one process; `undefined` for what is not there. */
export async function readObjects(git: Git, names: readonly string[]): Promise<readonly (GitObject | undefined)[]> {
  if (names.length === 0) return []
  const {stdout} = await git.runObjects(['cat-file', '--batch', '-z'], {input: names.map((name) => `${name}\0`).join('')})
  return parseBatch(stdout, names)
}

/** Reads commits; throws for one that is missing or no commit. */
export async function readCommits(git: Git, ids: readonly string[]): Promise<readonly Commit[]> {
  const unknown = ids.filter((id) => !git.commits.has(id))
  const objects = await readObjects(git, unknown)
  for (const [index, object] of objects.entries()) {
    if (object?.type !== 'commit') throw new Error(`Internal error: ${unknown[index]} is not a commit`)
    git.commits.set(object.id, parseCommit(object))
  }
  return ids.map((id) => git.commits.get(id) ?? missing(id))
}

function missing(id: string): never {
  throw new Error(`Internal error: ${id} is no full commit id`)
}

/** Text of a blob; `undefined` for a binary one (a NUL in its first 8000 bytes, as git has it). */
export function toText(data: Buffer): string | undefined {
  return data.subarray(0, 8000).includes(0) ? undefined : data.toString()
}

/** The answers of `cat-file --batch`. What is missing is echoed with its name, which may itself hold a newline. */
export function parseBatch(output: Buffer, names: readonly string[]): readonly (GitObject | undefined)[] {
  let position = 0
  return names.map((name) => {
    const missing = Buffer.from(`${name} missing\n`)
    if (output.subarray(position, position + missing.length).equals(missing)) {
      position += missing.length
      return undefined
    }
    const end = output.indexOf('\n', position)
    const [id = '', type = '', size = ''] = output.subarray(position, end).toString().split(' ')
    if (!/^\d+$/.test(size)) throw new Error(`Internal error: git cannot name the object ${JSON.stringify(name)}`)
    const start = end + 1
    position = start + Number(size) + 1
    return {id, type, data: output.subarray(start, start + Number(size))}
  })
}

function parseCommit({id, data}: GitObject): Commit {
  const text = data.toString()
  const end = text.indexOf('\n\n')
  const headers = text.slice(0, end).split('\n')
  const values = (name: string) => headers.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1))
  return {id, tree: values('tree')[0] ?? '', parents: values('parent'), message: text.slice(end + 2)}
}
