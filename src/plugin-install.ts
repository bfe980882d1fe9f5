import {resolve} from 'node:path'

/**
 * What npm is told whenever it works on plugins. No script of a package runs on this machine; the version that was
 * installed stays until somebody asks for another; a folder is copied, so that what changes there later (a worktree of
 * an agent, say) is not what runs.
 */
export const NPM_SETTINGS = {
  npm_config_ignore_scripts: 'true',
  npm_config_save_exact: 'true',
  npm_config_install_links: 'true',
  npm_config_update_notifier: 'false',
} as const

/**
 * The words of `conduct plugins install` with folders and tarballs as npm's `file:` addresses: oclif takes `./my-plugin`
 * for a repository on a code-hosting site.
 *
 * @param words all that follows `conduct`
 * @param cwd where relative paths begin
 */
export function toInstallWords(words: readonly string[], cwd: string): readonly string[] {
  const [topic, verb, ...rest] = words
  if (topic !== 'plugins' || (verb !== 'install' && verb !== 'add')) return words
  return [topic, verb, ...rest.map((word) => (isPath(word) ? `file:${resolve(cwd, word.replace(/^file:(\/\/)?/, ''))}` : word))]
}

function isPath(word: string): boolean {
  if (/^(https?|git(\+\w+)?|ssh):/.test(word) || word.startsWith('-')) return false
  return /^(file:|\.{1,2}(\/|$)|\/)/.test(word) || /\.(tgz|tar\.gz)$/.test(word)
}
