/** A hint for a person at a terminal, as the same hint for an agent that calls tools. Pure. */
export function toToolHint(suggestion: string): string {
  return suggestion
}
