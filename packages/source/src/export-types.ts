/**
 * Takes `type` out of `export {a, type B}`, which the grammar does not know: it would lose its way for lines. As many
 * spaces stand there instead, so that every place remains what it was.
 */
export function withoutExportTypes(text: string): string {
  return text.replaceAll(/\bexport\s*\{[^{}]*\}/g, (group) =>
    group.replaceAll(/([{,]\s*)type(?=\s+(?!as\s+\w+\s*[,}])["'\w$])/g, (_all, before: string) => `${before}    `),
  )
}
