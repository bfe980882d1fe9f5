import {resolve} from 'node:path'
import {ConductError} from '../errors.ts'

/** What a person named to be installed. */
export type PluginAddress =
  | {readonly type: 'path'; readonly path: string}
  | {readonly type: 'url'; readonly url: string}
  | {readonly type: 'name'; readonly name: string; readonly tag: string}

/**
 * Reads the words of `conduct plugins install`: a folder or a tarball, a git or tarball address, `owner/repository` of
 * GitHub, or a name of the registry with or without a version.
 *
 * @param cwd where relative paths begin
 * @throws {ConductError} `USAGE` when it is none of these
 */
export function parsePluginAddress(word: string, cwd: string): PluginAddress {
  if (URL_LIKE.test(word)) return {type: 'url', url: word}
  if (isPath(word)) return {type: 'path', path: resolve(cwd, word.replace(/^file:(\/\/)?/, ''))}
  if (/^[\w-][\w.-]*\/[\w-][\w.-]*$/.test(word)) return {type: 'url', url: `https://github.com/${word}.git`}
  const [, name, tag = 'latest'] = NAME.exec(word) ?? []
  if (name !== undefined && name.length <= 214) return {type: 'name', name, tag}
  throw new ConductError('USAGE', `${JSON.stringify(word)} names no plugin.`, [
    'Name a folder or a tarball (./my-plugin), a package of the registry (conduct-validator-x, @me/x@1.2.0), or a git address.',
  ])
}

const URL_LIKE = /^(https?:\/\/|git(\+\w+)?:|ssh:)/
const PART = '[a-z0-9][a-z0-9._-]*'
const NAME = new RegExp(`^((?:@${PART}/)?${PART})(?:@([\\w^~<>=*.+-]+))?$`)

function isPath(word: string): boolean {
  return /^(file:|\.{1,2}(\/|$)|\/|[a-zA-Z]:[\\/])/.test(word) || /\.(tgz|tar\.gz)$/.test(word)
}
