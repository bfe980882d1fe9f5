import type {Entry, Field} from './collect.ts'
import {readScript, type Script} from './commands.ts'
import {createError} from './problem.ts'
import type {Criterion, SpecProblem} from './spec.ts'
import {splitLabel} from './split-label.ts'
import {toCode, toPlainText, toRaw} from './values.ts'

/** Criteria of a phase, with the ids they keep. */
export function readCriteria(
  field: Field | undefined,
  phaseIndex: number,
): {criteria: readonly Criterion[]; problems: readonly SpecProblem[]} {
  const problems: SpecProblem[] = []
  const criteria = (field?.entries ?? []).map((entry, index) => {
    const checks = entry.children.filter(isCheck)
    const rest: Entry = {...entry, children: entry.children.filter((child) => !isCheck(child))}
    const scripts = checks.map(readCheck)
    for (const script of scripts) problems.push(...script.problems)
    const check = scripts.map(({script}) => script).join('\n')
    const text = toText(rest)
    const code = toCode([rest, ...rest.children].flatMap(({lines}) => lines))
    const line = entry.lines[0]?.line ?? field?.line ?? 1
    return {id: `p${phaseIndex}.c${index + 1}`, text, code, ...(check === '' ? {} : {check}), line}
  })
  return {criteria, problems}
}

/** An entry with all that is below it as one line of text: `Endpoints: GET /a; POST /b`. */
export function toText({lines, code, children}: Entry): string {
  const own = toPlainText(lines).replace(/^\[[ xX]\]\s+/, '')
  const below = [...code.map(({text}) => text.trim()), ...children.map(toText)].filter((text) => text !== '').join('; ')
  if (below === '' || own === '') return own + below
  return own.endsWith(':') ? `${own} ${below}` : `${own}: ${below}`
}

function isCheck({lines: [line]}: Entry): boolean {
  return line !== undefined && splitLabel(line)?.name.toLowerCase() === 'check'
}

function readCheck({lines: [line, ...more], ...entry}: Entry): Script {
  const rest = line && splitLabel(line)?.rest
  const first = rest && toRaw(rest.spans).trim() !== '' ? [rest] : []
  const read = readScript({entries: [{...entry, lines: [...first, ...more]}]})
  if (read.script !== '' || read.problems.length > 0 || !line) return read
  const hint = 'Write `check: COMMAND`, or leave it out.'
  return {script: '', problems: [createError(line, {code: 'empty-check', message: 'This check has no command.', hint})]}
}
