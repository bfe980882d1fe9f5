import type {SourceComment, SourceTree} from '@conduct-cli/source'
import {shorten, type Mark} from './mark.ts'
import {admits, hasTag, isBareWord} from './wording.ts'

/** Comments and docstrings that say that work was left out. */
export function marksInComments(tree: SourceTree, isTest: boolean): readonly Mark[] {
  const docs = tree.strings.filter(({isDocstring}) => isDocstring)
  let isAboutTodos: boolean | undefined
  return [...tree.comments, ...docs].flatMap((comment) =>
    linesOf(comment).flatMap(({line, words}) => {
      if (/todo|fixme|hack|xxx/i.test(words)) isAboutTodos ??= speaksOfTodos(tree)
      const isMark =
        hasTag(words, isAboutTodos === true, isLineComment(comment)) || (!isTest && (admits(words) || isStubNote(words, comment, tree)))
      return isMark ? [{line, lines: [line], message: `Unfinished work: ${shorten(words)}. Do it, then remove the comment.`}] : []
    }),
  )
}

/** The code of a to-do app has the word in names and texts; that of others has no use for it. */
function speaksOfTodos({text, comments, strings, file}: SourceTree): boolean {
  if (/todo/i.test(file)) return true
  const docs = strings.filter(({isDocstring}) => isDocstring)
  const silent = [...comments, ...docs].toSorted((first, second) => first.from - second.from)
  let from = 0
  const code = silent.map((comment) => {
    const before = text.slice(from, comment.from)
    from = Math.max(from, comment.to)
    return before
  })
  return /todo/i.test(withoutAdmissions([...code, text.slice(from)].join('')))
}

/** `panic("TODO")` and `todo!()` do not make a to-do app. */
function withoutAdmissions(code: string): string {
  return code
    .replaceAll(/["'`]\W*TODO\b(?![ _-]?(?:list|item|app))[^"'`\n]*["'`]/g, '""')
    .replaceAll(/\btodo!/g, '')
    .replaceAll(/\bTODO\s*\(/g, '')
}

function linesOf({text, line}: Pick<SourceComment, 'text' | 'line'>): readonly {readonly line: number; readonly words: string}[] {
  return text.split('\n').map((words, index) => ({line: line + index, words: withoutQuotes(words.trim())}))
}

/** What a comment quotes it does not say. */
function withoutQuotes(words: string): string {
  return words.replaceAll(/`[^`]*`|(?<=\s)"[^"]*"/g, '""')
}

function isLineComment({text}: Pick<SourceComment, 'text'>): boolean {
  return /^(?:\/\/|#|--)/.test(text)
}

/** A bare "stub", behind code on its line, or alone with one statement in a function. */
function isStubNote(words: string, comment: Pick<SourceComment, 'from' | 'to'>, tree: SourceTree): boolean {
  if (!isBareWord(words)) return false
  const before = tree.text.slice(tree.text.lastIndexOf('\n', comment.from - 1) + 1, comment.from)
  if (/\breturn\b|=[^=>]|=>|\bpass\b|\.\.\./.test(before)) return true
  const around = tree.functions.findLast(({body}) => body !== undefined && body.from <= comment.from && comment.to <= body.to)
  return around !== undefined && around.statements.length <= 1
}
