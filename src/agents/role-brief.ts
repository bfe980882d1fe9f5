import {readPrompt} from './prompt.ts'
import type {Role} from './agent.ts'

/** What stands in a role's prompt where `conduct run` puts values, for an agent that hears them from its orchestrator. */
const SLOTS: Readonly<Record<string, string>> = {
  module: 'the module that you work on',
  phase: 'the phase that it belongs to',
  worktree: 'absolute path of the folder to work in',
  spec: 'path of the specification',
  attempt: 'which attempt this is',
  test_command: 'how the phase is tested',
  tasks: 'what is to be done in the phase',
  criteria: 'the success criteria, each with its id',
  gotchas: 'what to mind',
  other_modules: 'modules that others write at this moment',
  owns: 'globs of the files that belong to your module',
  failed_checks: 'the checks that failed, with their commands and log files',
  findings: 'what they found: message, file, line, test',
  conflicts: 'the files that conflict, and where to read their sides',
  intents: 'what each module was to do',
  changed_files: 'the files that the work changed',
  answer_file: 'the file for your answer; when none is named, end your report with the answer instead',
  previous_attempt: 'why an earlier attempt failed',
}

const PLACEHOLDER = /\{\{(\w+)\}\}/g

/**
 * The prompt of a role for a coding agent that is launched by another one, not by `conduct run`: the same text, with
 * `<module>` where a value would stand, and a list of what these mean.
 */
export function roleBrief(role: Role): string {
  const template = readPrompt(role)
  const names = new Set([...template.matchAll(PLACEHOLDER)].map(([, name = '']) => name))
  const slots = [...names].map((name) => `- \`<${name}>\`: ${describe(name)}`)
  return [
    'The message that launches you says what stands below as a name in angle brackets:',
    '',
    ...slots,
    '',
    'What it does not say is none, or is to be found in the specification and the code.',
    '',
    template.replaceAll(PLACEHOLDER, '<$1>'),
  ].join('\n')
}

function describe(name: string): string {
  const text = SLOTS[name]
  if (text === undefined) throw new Error(`Internal error: nobody said what {{${name}}} means`)
  return text
}
