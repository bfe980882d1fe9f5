/**
 * The simple commands of a shell script, in order, each as its words. Good enough to tell which programs a script
 * names; nothing is ever run from it. Quotes and backslashes are taken off, comments and redirections' targets are kept
 * as words.
 */
export function splitCommands(script: string): readonly (readonly string[])[] {
  const scanner = {commands: [[]] as string[][], word: undefined as string | undefined}
  const text = script.replaceAll('\\\n', ' ')
  for (let index = 0; index < text.length; index = scanToken(text, index, scanner)) continue
  endWord(scanner)
  return scanner.commands.filter((command) => command.length > 0)
}

interface Scanner {
  readonly commands: string[][]
  word: string | undefined
}

function scanToken(text: string, index: number, scanner: Scanner): number {
  const character = text.charAt(index)
  if (character === "'" || character === '"') return scanQuoted(text, index, scanner)
  if (character === '\\') return append(scanner, text.charAt(index + 1), index + 2)
  if (character === '#' && scanner.word === undefined) return lineEnd(text, index)
  if (/[\n;&|(){}]/.test(character) && !isInsideWord(character, text, index, scanner)) return endCommand(scanner, index + 1)
  if (/\s/.test(character)) return (endWord(scanner), index + 1)
  return append(scanner, character, index + 1)
}

/** `{` and `}` are separators as words of their own only: `file.{js,ts}` and `${X}` are not; nor is the `&` of `2>&1`. */
function isInsideWord(character: string, text: string, index: number, {word}: Scanner): boolean {
  if (character === '&') return text.charAt(index - 1) === '>'
  if (character === '{') return word !== undefined || !/\s/.test(text.charAt(index + 1))
  return character === '}' && word !== undefined
}

function scanQuoted(text: string, begin: number, scanner: Scanner): number {
  const quote = text.charAt(begin)
  let index = begin + 1
  scanner.word ??= ''
  while (index < text.length && text.charAt(index) !== quote) {
    if (quote === '"' && text.charAt(index) === '\\') index += 1
    scanner.word += text.charAt(index)
    index += 1
  }
  return index + 1
}

function append(scanner: Scanner, text: string, next: number): number {
  scanner.word = (scanner.word ?? '') + text
  return next
}

function endWord(scanner: Scanner): void {
  if (scanner.word !== undefined) scanner.commands.at(-1)?.push(scanner.word)
  scanner.word = undefined
}

function endCommand(scanner: Scanner, next: number): number {
  endWord(scanner)
  scanner.commands.push([])
  return next
}

function lineEnd(text: string, index: number): number {
  const end = text.indexOf('\n', index)
  return end === -1 ? text.length : end
}
