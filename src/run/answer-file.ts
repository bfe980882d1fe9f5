import {constants} from 'node:fs'
import {open, rm} from 'node:fs/promises'
import {join} from 'node:path'

/** In the folder that the agent works in, since many agents may write nowhere else. That checkout is thrown away. */
export const ANSWER_FILE = '.conduct-answer.json'

const MAX_BYTES = 256 * 1024

/** What an agent wrote, or why there is nothing to read. */
export type FileAnswer = {readonly json: unknown; readonly text: string} | {readonly problem: string}

/** Takes away what the work itself may have committed under this name: an answer that nobody gave. */
export async function clearAnswer(cwd: string): Promise<string> {
  const file = join(cwd, ANSWER_FILE)
  await rm(file, {recursive: true, force: true})
  return file
}

/** Reads the answer. Links are not followed: they lead to files that the agent did not write. */
export async function readAnswer(cwd: string): Promise<FileAnswer> {
  const text = await readRegularFile(join(cwd, ANSWER_FILE)).catch((error: unknown) => describe(error))
  if (typeof text !== 'string') return text
  try {
    return {json: JSON.parse(text), text}
  } catch {
    return {problem: 'the answer is no JSON'}
  }
}

async function readRegularFile(path: string): Promise<string | {readonly problem: string}> {
  // Not blocking: a pipe would be waited for without end.
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  try {
    const stat = await file.stat()
    if (!stat.isFile()) return {problem: 'the answer is no file'}
    if (stat.size > MAX_BYTES) return {problem: `the answer is larger than ${MAX_BYTES / 1024} KiB`}
    return (await file.readFile()).toString()
  } finally {
    await file.close()
  }
}

function describe(error: unknown): {readonly problem: string} {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOENT') return {problem: 'it wrote no answer'}
  if (code === 'ELOOP') return {problem: 'the answer is a link'}
  return {problem: `the answer cannot be read (${String(code ?? error)})`}
}
