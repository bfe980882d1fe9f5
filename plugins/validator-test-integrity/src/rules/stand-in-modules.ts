import {posix} from 'node:path'
import type {Finding} from 'conduct-cli/plugin'
import type {Change, Comparison} from '../comparison.ts'

/** A library of others that the work put something of its own in the place of. */
export function findStandInModules(comparison: Comparison): readonly Finding[] {
  return comparison.changes.flatMap((change) => [
    ...replacedModules(change, comparison),
    ...replacedPackages(change, comparison),
    ...shadows(change, comparison),
  ])
}

/** `replace github.com/google/uuid => ./stub/uuid`, where the folder is new. */
function replacedModules({file, head, added}: Change, comparison: Comparison): readonly Finding[] {
  if (posix.basename(file) !== 'go.mod' || head === undefined) return []
  const own = /^module\s+"?([^\s"]+)/m.exec(head.text)?.[1] ?? ''
  return head.text.split('\n').flatMap((text, index) => {
    const [, path = '', target = ''] = /^\s*(?:replace\s+)?"?([^\s"]+)"?(?:\s+v\S+)?\s+=>\s+"?(\.{1,2}\/[^\s"]+)/.exec(text) ?? []
    if (path === '' || !added.has(index + 1) || isOfOneHouse(path, own)) return []
    if (!isWritten(posix.join(posix.dirname(file), target), comparison) || comparison.specText?.includes(path)) return []
    const message = `\`${path}\` is replaced by code that the work wrote itself in \`${target}\`. Use the module, or write the code under its own name.`
    return [{message, file, line: index + 1}]
  })
}

/** `"uuid": "file:./stubs/uuid"` where a version stood. */
function replacedPackages({file, base, head, added}: Change, comparison: Comparison): readonly Finding[] {
  if (posix.basename(file) !== 'package.json' || !base || !head) return []
  return head.text.split('\n').flatMap((text, index) => {
    if (!added.has(index + 1)) return []
    return [...text.matchAll(/"([@\w./-]+)"\s*:\s*"(?:file|link):([^"]+)"/g)].flatMap(([, name = '', target = '']) => {
      const had = new RegExp(`"${name.replaceAll(/[./]/g, '\\$&')}"\\s*:\\s*"[\\^~]?\\d`).test(base.text)
      if (!had || !isWritten(posix.join(posix.dirname(file), target), comparison) || comparison.specText?.includes(name)) return []
      const message = `\`${name}\` is replaced by code that the work wrote itself in \`${target}\`. Use the package, or write the code under its own name.`
      return [{message, file, line: index + 1}]
    })
  })
}

const HOUSES = /^(?:github\.com|gitlab\.com|bitbucket\.org|codeberg\.org|gopkg\.in|golang\.org|google\.golang\.org|k8s\.io)$/

/** Modules of one owner, as those of a monorepo. */
function isOfOneHouse(path: string, own: string): boolean {
  const [host = '', owner] = path.split('/')
  const [ownHost, ownOwner] = own.split('/')
  return !host.includes('.') || (host === ownHost && (!HOUSES.test(host) || owner === ownOwner))
}

/** None of it was there, and nothing says that it was copied: a copy brings its licence along. */
function isWritten(folder: string, {files, baseFiles}: Comparison): boolean {
  const inside = files.filter((file) => file.startsWith(`${folder}/`))
  const isCopied = inside.some((file) => /(?:^|\/)(?:licen[cs]e|copying|notice)[^/]*$/i.test(file))
  return inside.length > 0 && !isCopied && !baseFiles.some((file) => file.startsWith(`${folder}/`))
}

const SHADOW =
  /^(?:tests?\/)?(?:_?pytest|unittest|pluggy)(?:\.py|\/__init__\.py)$|^node_modules\/(?:\.bin\/)?(?:vitest|jest|mocha|ava|tap|jasmine|chai|c8|tsc|typescript|eslint)(?:\/|$)/

/** `pytest.py` beside the tests: `python -m pytest` finds it first. Said once for a folder. */
function shadows({file, base, isRemoved}: Change, {baseFiles, changes}: Comparison): readonly Finding[] {
  if (!SHADOW.test(file) || base !== undefined || isRemoved) return []
  const folder = posix.dirname(file)
  const isFirst = changes.find((change) => SHADOW.test(change.file) && posix.dirname(change.file) === folder)?.file === file
  if (!isFirst || baseFiles.some((each) => each.startsWith('node_modules/') && SHADOW.test(each))) return []
  return [{message: `\`${file}\` stands where the real one is looked for first, so that it runs in its place. Take it out.`, file, line: 1}]
}
