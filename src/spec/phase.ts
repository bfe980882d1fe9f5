import {parseDuration} from '../config/duration.ts'
import {collectFields, type Collected, type Entry, type Field} from './collect.ts'
import {readScript} from './commands.ts'
import {readCriteria, toText} from './criteria.ts'
import type {LabelKey} from './labels.ts'
import {readModules} from './modules.ts'
import {createError, type Place} from './problem.ts'
import type {PhaseSection} from './sections.ts'
import type {Phase, SpecProblem} from './spec.ts'
import {toGlobs, toPlainText} from './values.ts'

/** A phase and where its parts stand, for the rules that look at several. */
export interface PhaseDraft extends Place {
  readonly phase: Phase
  readonly number: string
  readonly fields: Collected['fields']
  readonly problems: readonly SpecProblem[]
}

/** Makes a phase of its part of the document. `index` is from 1. */
export function readPhase(section: PhaseSection, index: number): PhaseDraft {
  const {fields, problems: found} = collectFields(section.blocks, section)
  const problems = [...found]
  const keep = <T extends {readonly problems: readonly SpecProblem[]}>(part: T): T => {
    // Not spread: an argument list has a limit that a hostile spec would reach.
    for (const problem of part.problems) problems.push(problem)
    return part
  }
  const phase: Phase = {
    index,
    name: section.name,
    title: section.title,
    tasks: readTexts(fields.get('tasks')),
    modules: keep(readModules(fields.get('modules'), fields.get('owns'))).modules,
    testCommand: keep(readScript(fields.get('testCommand') ?? {entries: []})).script,
    criteria: keep(readCriteria(fields.get('criteria'), index)).criteria,
    gotchas: readTexts(fields.get('gotchas')),
    files: keep(readFiles(fields.get('files'))).globs,
    dependsOn: [],
    allowTodo: keep(readSwitch(fields.get('allowTodo'))).isOn,
    ...keep(readOptions(fields)).options,
    line: section.line,
  }
  return {phase, number: section.number, fields, problems, line: section.line, column: section.column}
}

function readTexts(field: Field | undefined): readonly string[] {
  return (field?.entries ?? []).map(toText).filter((text) => text !== '')
}

function readFiles(field: Field | undefined): {readonly globs: readonly string[]; readonly problems: readonly SpecProblem[]} {
  const lines = (field?.entries ?? []).flatMap(linesOf)
  const globs = lines.flatMap((line) => toGlobs(line).map((glob) => ({glob, line})))
  return {
    globs: globs.map(({glob}) => glob),
    problems: globs.flatMap(({glob, line}) => checkGlob(glob, line)),
  }
}

function linesOf({lines, children}: Entry): Entry['lines'] {
  return [...lines, ...children.flatMap(linesOf)]
}

/** A glob stays inside the repository. */
function checkGlob(glob: string, place: Place): readonly SpecProblem[] {
  const isInside = !/^(?:[/\\~]|[a-z]:[/\\])/i.test(glob) && !glob.split(/[/\\]/).includes('..')
  if (isInside) return []
  const message = `"${glob.slice(0, 80)}" leads out of the repository.`
  return [createError(place, {code: 'unsafe-path', message, hint: 'Write paths relative to the root of the repository.'})]
}

function readSwitch(field: Field | undefined): {readonly isOn: boolean; readonly problems: readonly SpecProblem[]} {
  const value = valueOf(field).toLowerCase()
  if (field === undefined || /^(?:no|false|off)\.?$/.test(value)) return {isOn: false, problems: []}
  if (/^(?:yes|true|on)\.?$/.test(value)) return {isOn: true, problems: []}
  const message = `"${value.slice(0, 80)}" is neither yes nor no.`
  return {isOn: false, problems: [createError(field, {code: 'not-yes-or-no', message, hint: 'Write `Allow TODO: yes`, or leave it out.'})]}
}

function readOptions(fields: ReadonlyMap<LabelKey, Field>) {
  const [setup, timeout, agent] = [fields.get('setupCommand'), fields.get('timeout'), fields.get('agent')]
  const {script, problems} = readScript(setup ?? {entries: []})
  const timeoutMs = timeout && parseDuration(valueOf(timeout))
  const name = valueOf(agent)
  return {
    options: {
      ...(script === '' ? {} : {setupCommand: script}),
      ...(timeoutMs === undefined ? {} : {timeoutMs}),
      ...(agent ? {agent: name} : {}),
    },
    problems: [
      ...problems,
      ...(timeout && timeoutMs === undefined ? [createError(timeout, explainDuration(valueOf(timeout)))] : []),
      ...(agent && !/^[a-z0-9][a-z0-9-]*$/.test(name) ? [createError(agent, explainAgent(name))] : []),
    ],
  }
}

function explainDuration(value: string) {
  return {code: 'not-a-duration', message: `"${value.slice(0, 80)}" is no duration.`, hint: 'Write for example `Timeout: 30m`.'}
}

function explainAgent(name: string) {
  const message = `"${name.slice(0, 80)}" cannot be the name of an agent backend.`
  return {code: 'not-an-agent', message, hint: 'Write one name, for example `Agent: codex`. `conduct agents` lists them.'}
}

function valueOf(field: Field | undefined): string {
  return toPlainText((field?.entries ?? []).flatMap(linesOf))
}
