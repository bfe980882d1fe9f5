/** Words of code that are words of prose as well: only `add(` or `` `add` `` means the function. */
const PROSE =
  /^(?:add|adds|remove|get|set|run|list|check|make|use|test|tests|read|write|open|close|create|delete|update|sum|value|result|got|want|name|data|app|main|index|find|show|send|parse|print|start|stop|build|load|save|sort|format|total|count|user|item|text|input|output|file|files|error|equal|the|and|for|with|from|import|async|await|const|true|false|null|None|True|False|self|this)$/i
const LIBRARY =
  /^(?:assert\w*|expect|to[A-Z]\w*|equal\w*|deepEqual|strictEqual|ok|not|is|be|eql?|t|pytest|raises|require|Equal|True|False|Errorf?|Fatalf?|if|throws|match)$/

/**
 * Does the spec speak of what an assertion is about? Then a new expectation may be what was asked for, and a reviewer
 * must decide; otherwise nobody asked for it.
 *
 * @param words of the assertion, and of the values that it expects now
 */
export function isAskedFor(specText: string | undefined, words: readonly string[], values: readonly string[]): boolean {
  if (specText === undefined) return false
  const text = specText.replaceAll(/^Phase \d+\b/gm, '')
  const bare = values.map((value) => value.replaceAll(/^["'`]|["'`]$/g, '')).filter((value) => value.length > 1 || /\d/.test(value))
  if (bare.some((value) => hasWord(text, value))) return true
  return words.filter((word) => /^[A-Za-z_$][\w$]+$/.test(word) && !LIBRARY.test(word)).some((word) => isNamed(text, word))
}

function isNamed(text: string, word: string): boolean {
  if (!hasWord(text, word)) return false
  return !PROSE.test(word) || new RegExp(`\`${escape(word)}|\\b${escape(word)}\\(`).test(text)
}

function hasWord(text: string, word: string): boolean {
  return new RegExp(`(?<![\\w.-])${escape(word)}(?![\\w-])`).test(text)
}

const escape = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
