/**
 * Writes `with` statements in a form that the grammar knows, letter for letter as long as before, so that places in the
 * text stay what they are: it has no targets but names (`as (a, b)`), and no parentheses around several managers.
 */
export function plainWith(text: string): string {
  return withoutParentheses(text).replaceAll(
    TARGET,
    (whole, target: string) => whole.slice(0, whole.length - target.length) + '_'.repeat(target.length),
  )
}

const TARGET = /\bas\s+(\([\w\s,*.]*\)|\w+(?:\.\w+|\[[^\]\n]*\])+)(?=\s*[,:)])/g

function withoutParentheses(text: string): string {
  let result = text
  for (const {index, 0: head} of text.matchAll(/^[ \t]*(?:async[ \t]+)?with[ \t]*\(/gm)) {
    const open = index + head.length - 1
    const close = closing(text, open)
    if (close === undefined || !/^\s*:/.test(text.slice(close + 1, close + 20))) continue
    const inner = text.slice(open + 1, close)
    if (/\bas\b/.test(inner)) result = `${result.slice(0, open)} ${flattened(inner)} ${result.slice(close + 1)}`
  }
  return result
}

/** On one line, without comments and without a comma at the end. */
function flattened(inner: string): string {
  const blank = (found: string) => ' '.repeat(found.length)
  return inner
    .replaceAll(/#[^\n]*/g, blank)
    .replaceAll(/\s/g, ' ')
    .replace(/,(?=\s*$)/, ' ')
}

const FAR = 5000

/** The parenthesis that closes another one; strings are passed over. */
function closing(text: string, open: number): number | undefined {
  let depth = 0
  const parts = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|#[^\n]*|[()]/g
  parts.lastIndex = open
  for (let part = parts.exec(text); part !== null && part.index < open + FAR; part = parts.exec(text)) {
    if (part[0] === '(') depth += 1
    if (part[0] === ')') depth -= 1
    if (depth === 0) return part.index
  }
  return undefined
}
