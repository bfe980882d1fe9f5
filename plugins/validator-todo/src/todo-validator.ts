import {languageOf, parseSource} from '@conduct-cli/source'
import type {Finding, Validator, ValidatorInput, Verdict} from 'conduct-cli/plugin'
import {isMeant, readClasses} from './class-index.ts'
import {findMarks} from './find-marks.ts'
import {readGenerated} from './generated.ts'
import type {Doubt, Mark} from './mark.ts'
import {isEmpty} from './inert.ts'
import {isForeign} from './places.ts'
import {isMadeByProgram} from './program.ts'

/** Finds TODO, FIXME and unfinished code in lines that the task added. Documents may speak of to-dos. */
export const todoValidator: Validator = {
  name: 'todo',
  applies: (input) => changedSources(input).length > 0,
  run: findPlaceholders,
}

async function findPlaceholders(input: ValidatorInput): Promise<Verdict> {
  if (input.phase?.allowTodo) return {status: 'skip', executed: null, findings: [], evidence: 'The phase says `Allow TODO: yes`.'}
  const isGenerated = await readGenerated(input)
  const sources = changedSources(input).filter((file) => !isGenerated(file))
  if (sources.length === 0) return {status: 'skip', executed: null, findings: [], evidence: 'Every changed source file is generated.'}
  const findings: Finding[] = []
  for (const file of sources) findings.push(...(await findIn(file, input)))
  const evidence = `${sources.length} changed source files were read.`
  return {status: findings.length > 0 ? 'fail' : 'pass', executed: sources.length, findings, evidence}
}

/** Without those that are gone. */
function changedSources({files, changedFiles}: ValidatorInput): readonly string[] {
  const present = new Set(files)
  return changedFiles.filter((file) => languageOf(file) !== undefined && !isForeign(file) && present.has(file))
}

async function findIn(file: string, input: ValidatorInput): Promise<readonly Finding[]> {
  const text = await input.readText(file)
  if (text === undefined) return []
  const found = findMarks(file, text)
  if (found.length === 0 || (await isMadeByProgram(file, text, input))) return []
  const marks = await ownMarks(file, found, input)
  const doubts = marks.flatMap(({doubt}) => doubt ?? [])
  const classes = await readClasses(file, doubts, input)
  const isSure = (doubt: Doubt | undefined) => doubt === undefined || !isMeant(doubt, classes)
  return marks.filter(({doubt}) => isSure(doubt)).map(({line, message}) => ({message, file, line}))
}

/** Those that the task is to blame for: in lines that it added, or functions that it emptied. */
async function ownMarks(file: string, marks: readonly Mark[], input: ValidatorInput): Promise<readonly Mark[]> {
  if (marks.length === 0) return []
  const added = await input.addedLines(file)
  const isAdded = ({lines}: Mark) => lines.some((line) => added.has(line))
  const isOld = marks.some((mark) => mark.emptied && !isAdded(mark))
  const base = isOld ? parseSource(file, (await input.baseText(file)) ?? '') : undefined
  const wasFull = ({emptied}: Mark) =>
    emptied !== undefined &&
    (base?.functions ?? []).some(
      (candidate) => candidate.name === emptied.name && candidate.owner?.name === emptied.owner && base && !isEmpty(candidate, base),
    )
  return marks.filter((mark) => isAdded(mark) || wasFull(mark))
}
