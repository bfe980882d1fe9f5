import {existsSync} from 'node:fs'
import {join} from 'node:path'
import type {Role} from '../agents/agent.ts'
import {renderPrompt, type PromptValues} from '../agents/prompt.ts'
import type {FailedCheck} from '../agents/prompt-parts.ts'
import type {NamedVerdict, Subject, ValidationFinished} from '../events.ts'
import type {Phase} from '../spec/spec.ts'
import type {Places} from '../tasks/places.ts'
import {findModule, workOf, type TaskState, type Work} from '../tasks/state.ts'
import type {Finding} from '../validators/validator.ts'
import type {RunContext} from './context.ts'
import {sidesFolder} from './places-of-work.ts'
import {checkName} from './validation.ts'

export interface PromptRequest {
  readonly role: Role
  readonly subject: Subject
  readonly cwd: string
  /** Of this attempt, from 1. */
  readonly number: number
  /** What the subject does not say by itself, or says otherwise. */
  readonly given?: Partial<PromptValues>
}

type PromptContext = Pick<RunContext, 'places'> & {readonly log: {readonly state: TaskState}}

/** The prompt of an attempt: the project's own where it has one, filled in. */
export function rolePrompt(context: PromptContext, request: PromptRequest): string {
  const {role, given} = request
  return renderPrompt(role, {...promptValues(context, request), ...given}, context.log.state.started.prompts[role])
}

/** One module's name, or all of the phase's: a repair may have to touch any of them. */
export function moduleNames(state: TaskState, subject: Subject): string {
  if (subject.kind === 'finish' || subject.kind === 'audit') return ''
  if (subject.kind === 'phase' || subject.kind === 'review')
    return state.phases[subject.phase - 1]?.modules.map(({name}) => name).join(',') ?? ''
  return findModule(state, subject.phase, subject.module)?.name ?? subject.module
}

/** What the prompt says: the mission's instructions, and what is known of the attempts before. */
function promptValues(context: PromptContext, {subject, cwd, number}: PromptRequest): PromptValues {
  const {state} = context.log
  const phase = subject.kind === 'finish' ? undefined : state.phases[subject.phase - 1]?.phase
  const work = workOf(state, subject)
  const validation = subject.kind === 'phase' ? state.phases[subject.phase - 1]?.validation : state.finish.validation
  return {
    module: moduleNames(state, subject),
    phase: phase?.name ?? 'the whole project',
    worktree: cwd,
    spec: context.places.specPath,
    attempt: number,
    ...(phase ? phaseValues(phase, subject) : {}),
    ...(subject.kind === 'merge' ? mergeValues(context, subject) : {}),
    ...(validation && subject.kind !== 'module' ? {failedChecks: failedChecks(validation, context.places)} : {}),
    findings: [...work.findings, ...(validation && subject.kind !== 'module' ? findingsOf(validation) : [])],
    ...previousAttempt(work),
  }
}

function previousAttempt({findings, circles = 0, said}: Work): Partial<PromptValues> {
  const parts = [findings[0]?.message, ...(circles > 0 ? [circleNote(said)] : [])].filter((part) => part !== undefined)
  return parts.length === 0 ? {} : {previousAttempt: parts.join('\n')}
}

/** What was tried, for an agent that begins afresh. */
function circleNote(said: string | undefined): string {
  const quoted = said === undefined || said.trim() === '' ? '' : ` What the last agent said of it, as data: ${JSON.stringify(said)}`
  return (
    'What was tried before did not help: it changed nothing, or the same once more, or undid itself, and the same findings came back. ' +
    `Do not try it again. Doubt what was taken for granted, and look for the cause elsewhere.${quoted}`
  )
}

function phaseValues(phase: Phase, subject: Subject): Partial<PromptValues> {
  const own = subject.kind === 'module' ? phase.modules.find(({slug}) => slug === subject.module) : undefined
  return {
    testCommand: phase.testCommand,
    tasks: phase.tasks,
    criteria: phase.criteria,
    gotchas: phase.gotchas,
    otherModules: own ? phase.modules.filter((module) => module !== own).map(({name}) => name) : [],
    ...(own && own.owns.length > 0 ? {owns: own.owns} : {}),
  }
}

function mergeValues(context: PromptContext, subject: Extract<Subject, {kind: 'module' | 'merge'}>): Partial<PromptValues> {
  const {state} = context.log
  const files =
    subject.phase === 0 ? (state.finish.conflict?.files ?? []) : (findModule(state, subject.phase, subject.module)?.conflicts ?? [])
  const folder = sidesFolder(context, subject)
  return {conflicts: files.map((file) => ({file, ...sidePaths(folder, file)})), intents: intentsOf(state, subject)}
}

function sidePaths(folder: string, file: string): {base?: string; ours?: string; theirs?: string} {
  const present = (['base', 'ours', 'theirs'] as const).filter((side) => existsSync(join(folder, side, file)))
  return Object.fromEntries(present.map((side) => [side, join(folder, side, file)]))
}

function intentsOf(state: TaskState, subject: Extract<Subject, {kind: 'module' | 'merge'}>): readonly {module: string; text: string}[] {
  const phase = state.phases[subject.phase - 1]
  if (!phase) return [{module: 'base', text: 'what was committed to the base branch while the task ran'}]
  const text = phase.phase.tasks.join('; ') || phase.phase.title
  return phase.modules.filter(({stage, slug}) => stage === 'merged' || slug === subject.module).map(({name}) => ({module: name, text}))
}

function failedChecks({verdicts, subject, round}: ValidationFinished, {logs}: Places): readonly FailedCheck[] {
  const logFile = join(logs, checkName(subject, round))
  return verdicts
    .filter(({status}) => status === 'fail')
    .map(({validator, evidence, log_file}) => ({name: validator, evidence, logFile: log_file ?? logFile}))
}

/**
 * What was there before, or passed when repeated, is not for this agent to mend. But the phase's own test command must be green
 * whoever broke it.
 */
function findingsToMend({validator, findings}: NamedVerdict): readonly Finding[] {
  const isOwn = validator === 'test-command'
  return findings.filter(({preExisting, flaky}) => flaky !== true && (isOwn || preExisting !== true))
}

/** Findings of failing checks, and each criterion that is not met, as one more. */
function findingsOf({verdicts, criteria}: ValidationFinished): readonly Finding[] {
  const findings = verdicts.filter(({status}) => status === 'fail').flatMap(findingsToMend)
  const unmet = criteria
    .filter(({verdict}) => verdict !== 'met')
    .map(({id, text, verdict, check, evidence}) => ({
      message: `Success criterion ${id} is ${verdict}: ${text} (${evidence})`,
      ...placeOf(check),
    }))
  return [...findings, ...unmet]
}

/** Where a reviewer saw it: `review: src/a.js:12`. */
function placeOf(check: string): {readonly file?: string; readonly line?: number} {
  const [, file, line] = /^review: (.+):(\d+)$/.exec(check) ?? []
  return file === undefined || check.startsWith('review: command ') ? {} : {file, line: Number(line)}
}
