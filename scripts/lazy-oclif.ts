import {readFile} from 'node:fs/promises'
import type {Plugin} from 'esbuild'

/**
 * oclif loads all of itself before it looks at the command line, and most of it (help, spinners, semver, globs) is for
 * other commands than the one at hand. As TypeScript wrote them, its imports are all of one form, so each can wait
 * until its first use: `const x_1 = require("x")` becomes a function, and `x_1.` a call of it.
 */
export const lazyOclif: Plugin = {
  name: 'lazy-oclif',
  setup({onLoad}) {
    onLoad({filter: /@oclif[/\\]core[/\\]lib[/\\].*\.js$/}, async ({path}) => ({
      contents: toLazy(await readFile(path, 'utf8')),
      loader: 'js',
    }))
  },
}

/** Names with a number at the end are TypeScript's own: they are only ever used as `x_1.name`. */
const IMPORT = /^(?:const|var) (\w+_\d+) = ((?:__importDefault\(|__importStar\()?require\("[^"]+"\)\)?);$/gm

/** The source of one CommonJS module with its imports made lazy. */
export function toLazy(source: string): string {
  const names = [...source.matchAll(IMPORT)].map(([, name = '']) => name)
  if (names.length === 0) return withoutCheck(source)
  const uses = new RegExp(`(?<![\\w$.])(${names.join('|')})\\.`, 'g')
  const lazy = source.replace(uses, '($1()).').replace(IMPORT, 'var $1_module; function $1() { return $1_module ??= $2; }')
  return withoutCheck(lazy)
}

/** npm has checked the version of Node against our own `engines`. */
function withoutCheck(source: string): string {
  return source.replace(/^checkNodeVersion\(\);$/m, '')
}
