import type {Usage} from 'conduct-cli/plugin'

/**
 * Reads the lines of stdout that report usage: `{"type":"usage","tokens":1200,"usd":0.02}`. Each holds the sums of
 * the attempt so far, and may leave one of them out, which then stays what it was.
 */
export function usageReader(): (line: string) => Usage | undefined {
  let last: Usage = {tokens: 0, usd: 0}
  return (line) => {
    const entry = parseEntry(line)
    if (entry?.type !== 'usage') return undefined
    last = {tokens: amount(entry.tokens) ?? last.tokens, usd: amount(entry.usd) ?? last.usd}
    return last
  }
}

function parseEntry(line: string): Readonly<Record<string, unknown>> | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    const value: unknown = JSON.parse(line)
    // JSON that begins with a brace is an object, and its keys are strings.
    return value as Readonly<Record<string, unknown>>
  } catch {
    return undefined
  }
}

function amount(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined
}
