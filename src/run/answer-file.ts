import {constants} from 'node:fs'
import {open, rm} from 'node:fs/promises'
import {join} from 'node:path'

/** In the folder that the agent works in, since many agents may write nowhere else. That checkout is thrown away. */
export const ANSWER_FILE = '.conduct-answer.json'

const MAX_BYTES = 256 * 1024

/** What an agent wrote or said, or why there is nothing to read. */
export type FileAnswer = {readonly json: unknown; readonly text: string} | {readonly problem: string}

/** Takes away what the work itself may have committed under this name: an answer that nobody gave. */
export async function clearAnswer(cwd: string): Promise<string> {
  const file = join(cwd, ANSWER_FILE)
  await rm(file, {recursive: true, force: true})
  return file
}

/**
 * Reads the answer. Links are not followed: they lead to files that the agent did not write.
 *
 * @param said what the agent said, for one that may write no file: the texts in which an answer is looked for, the likeliest first
 */
export async function readAnswer(cwd: string, said: readonly string[] = []): Promise<FileAnswer> {
  const text = await readRegularFile(join(cwd, ANSWER_FILE)).catch((error: unknown) => describe(error))
  if (typeof text === 'string') return parseJson(text) ?? {problem: 'the answer is no JSON'}
  if (text.problem !== NO_ANSWER) return text
  return said.map((one) => findAnswer(one)).find((answer) => answer !== undefined) ?? text
}

const NO_ANSWER = 'it wrote no answer'
const FENCED = /^[ \t]*(`{3,}|~{3,})[ \t]*(?:json)?[ \t]*\n([^]*?)^[ \t]*\1[ \t]*$/gim

/** The last fenced block that is a JSON object, or the whole text when that is one. */
export function findAnswer(text: string): Extract<FileAnswer, {json: unknown}> | undefined {
  const blocks = [...text.slice(-MAX_BYTES).matchAll(FENCED)].map(([, , block = '']) => block)
  return [text, ...blocks].map((block) => parseJson(block)).findLast((answer) => answer !== undefined && isObject(answer.json))
}

const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value)

function parseJson(text: string): Extract<FileAnswer, {json: unknown}> | undefined {
  try {
    return {json: JSON.parse(text), text}
  } catch {
    return undefined
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
  if (code === 'ENOENT') return {problem: NO_ANSWER}
  if (code === 'ELOOP') return {problem: 'the answer is a link'}
  return {problem: `the answer cannot be read (${String(code ?? error)})`}
}
