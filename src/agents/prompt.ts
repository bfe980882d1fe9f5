import {readFileSync} from 'node:fs'
import path from 'node:path'
import {distance} from 'fastest-levenshtein'
import {ConductError} from '../errors.ts'
import {packageRoot} from '../package-root.ts'
import type {Role} from './agent.ts'
import {
  fence,
  renderChecks,
  renderConflicts,
  renderFindings,
  renderList,
  type FailedCheck,
  type PromptConflict,
  type PromptFinding,
} from './prompt-parts.ts'

/** What a prompt may say. Texts from documents and tools are put in as they are, and never searched for placeholders. */
export interface PromptValues {
  /** Module name; several are joined by commas. */
  readonly module: string
  /** Phase name, `Phase 1: …`. */
  readonly phase: string
  /** Absolute path. */
  readonly worktree: string
  /** Absolute path. */
  readonly spec: string
  /** From 1. */
  readonly attempt: number
  readonly testCommand?: string
  readonly tasks?: readonly string[]
  readonly criteria?: readonly {readonly id: string; readonly text: string}[]
  readonly gotchas?: readonly string[]
  /** Modules of the phase that others write at the same time. */
  readonly otherModules?: readonly string[]
  /** Globs of the files that belong to the module. */
  readonly owns?: readonly string[]
  readonly failedChecks?: readonly FailedCheck[]
  readonly findings?: readonly PromptFinding[]
  readonly conflicts?: readonly PromptConflict[]
  /** What each module was to do. */
  readonly intents?: readonly {readonly module: string; readonly text: string}[]
  readonly changedFiles?: readonly string[]
  /** Absolute path of the file that a reviewer writes its answer to. */
  readonly answerFile?: string
  /** Why the attempt before this one ended without success. */
  readonly previousAttempt?: string
}

const NOT_GIVEN = 'none'

const PLACEHOLDERS: Readonly<Record<string, (values: PromptValues) => string>> = {
  module: ({module}) => inline(module),
  phase: ({phase}) => inline(phase),
  worktree: ({worktree}) => inline(worktree),
  spec: ({spec}) => inline(spec),
  attempt: ({attempt}) => String(attempt),
  test_command: ({testCommand = ''}) => renderCommand(testCommand),
  tasks: ({tasks}) => renderList(tasks),
  criteria: ({criteria}) => renderList(criteria?.map(({id, text}) => `${id}: ${text}`)),
  gotchas: ({gotchas}) => renderList(gotchas),
  other_modules: ({otherModules}) => renderList(otherModules),
  owns: ({owns}) =>
    renderList(
      owns?.map((glob) => `\`${glob}\``),
      'not named: those that the specification gives it',
    ),
  failed_checks: ({failedChecks}) => renderChecks(failedChecks),
  findings: ({findings}) => renderFindings(findings),
  conflicts: ({conflicts}) => renderConflicts(conflicts),
  intents: ({intents}) => renderList(intents?.map(({module, text}) => `${module}: ${text}`)),
  changed_files: ({changedFiles}) => renderList(changedFiles?.map((file) => `\`${file}\``)),
  answer_file: ({answerFile = NOT_GIVEN}) => inline(answerFile),
  previous_attempt: ({previousAttempt}) =>
    renderList(previousAttempt === undefined ? [] : [previousAttempt], 'none: this is the first one'),
}

/** Without these a role cannot do its work. */
const REQUIRED: Partial<Record<Role, readonly string[]>> = {
  'code-reviewer': ['answer_file'],
  'security-auditor': ['answer_file'],
}

const PLACEHOLDER = /\{\{([A-Za-z0-9_-]+)\}\}/g

/**
 * The prompt of a role, filled in.
 *
 * @param override Markdown of the project that replaces the built-in prompt; checked by `checkPrompt` before
 */
export function renderPrompt(role: Role, values: PromptValues, override?: string): string {
  const template = override ?? readPrompt(role)
  return template.replaceAll(PLACEHOLDER, (written, name: string) => {
    const render = Object.hasOwn(PLACEHOLDERS, name) ? PLACEHOLDERS[name] : undefined
    return render ? render(values) : written
  })
}

/** The built-in prompt of a role, with its placeholders. No conduct launches an orchestrator: its text is in `brief.ts`. */
export function readPrompt(role: Role | 'orchestrator'): string {
  return readFileSync(path.join(packageRoot(), 'src', 'agents', 'prompts', `${role}.md`), 'utf8')
}

/**
 * Checks a project's own prompt when a task starts, not when it is first needed hours later.
 *
 * @param file what the config calls it
 * @throws {ConductError} `CONFIG_INVALID` with every problem, each with its place
 */
export function checkPrompt(role: Role, markdown: string, file: string): void {
  const names = Object.keys(PLACEHOLDERS)
  const used = [...markdown.matchAll(PLACEHOLDER)].map(({1: name = '', index}) => ({name, index}))
  const unknown = used
    .filter(({name}) => !names.includes(name))
    .map(({name, index}) => `${file}:${place(markdown, index)} unknown placeholder {{${name}}}; did you mean {{${closest(name, names)}}}?`)
  const missing = (REQUIRED[role] ?? [])
    .filter((name) => !used.some((use) => use.name === name))
    .map((name) => `${file}: the ${role} needs {{${name}}}, which is nowhere in it`)
  const problems = [...unknown, ...missing]
  if (problems.length === 0) return
  throw new ConductError('CONFIG_INVALID', problems.join('\n'), [`The placeholders are: ${names.map((name) => `{{${name}}}`).join(' ')}`])
}

function place(markdown: string, index: number): string {
  const before = markdown.slice(0, index).split('\n')
  return `${before.length}:${(before.at(-1) ?? '').length + 1}`
}

function closest(name: string, names: readonly string[]): string | undefined {
  return [...names].sort((a, b) => distance(name, a) - distance(name, b))[0]
}

/** A name in the middle of a sentence stays in its line, whatever a document put into it. */
function inline(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim()
}

function renderCommand(script: string): string {
  if (script === '') return 'none; find out how this project is tested'
  return script.includes('\n') || script.includes('`') ? `\n\n${fence(script, 'sh')}\n` : `\`${script}\``
}
