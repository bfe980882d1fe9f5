import type {Finding, Validator, ValidatorInput, Verdict} from 'conduct-cli/plugin'
import {languageOf} from './languages.ts'
import {findMarks} from './marks.ts'

/** Finds TODO, FIXME and unfinished code in lines that the task added. Documents may speak of to-dos. */
export const todoValidator: Validator = {
  name: 'todo',
  applies: (input) => changedSources(input).length > 0,
  run: findPlaceholders,
}

async function findPlaceholders(input: ValidatorInput): Promise<Verdict> {
  if (input.phase?.allowTodo) return {status: 'skip', executed: null, findings: [], evidence: 'The phase says `Allow TODO: yes`.'}
  const sources = changedSources(input)
  const findings: Finding[] = []
  for (const file of sources) findings.push(...(await findIn(file, input)))
  const evidence = `${sources.length} changed source files were read.`
  return {status: findings.length > 0 ? 'fail' : 'pass', executed: sources.length, findings, evidence}
}

/** Without those that are gone. */
function changedSources({files, changedFiles}: ValidatorInput): readonly string[] {
  const present = new Set(files)
  return changedFiles.filter((file) => isSource(file) && present.has(file))
}

/** Code that others wrote is not this task's to finish. */
const FOREIGN = /(?:^|\/)(?:node_modules|vendor|third_party|dist|\.venv)\/|\.min\.(?:js|css)$/

function isSource(file: string): boolean {
  return languageOf(file) !== undefined && !FOREIGN.test(file)
}

async function findIn(file: string, {readText, addedLines}: ValidatorInput): Promise<Finding[]> {
  const text = await readText(file)
  const marks = text === undefined ? [] : findMarks(file, text)
  if (marks.length === 0) return []
  const added = await addedLines(file)
  return marks
    .filter(({line}) => added.has(line))
    .map(({line, text: words}) => ({message: `Unfinished work: ${shorten(words)}`, file, line}))
}

function shorten(words: string): string {
  return words.length > 120 ? `${words.slice(0, 119)}…` : words
}
