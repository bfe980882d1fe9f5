import {formatDuration} from '../config/duration.ts'
import type {Criterion, Module, Phase, Spec} from './spec.ts'

/** What was understood of a spec, for people. */
export function renderSpec({title, phases}: Spec): string {
  return [title, ...phases.map(renderPhase)]
    .filter((part) => part !== '')
    .map(removeControls)
    .join('\n\n')
}

function renderPhase(phase: Phase): string {
  return [
    `${phase.name}  (line ${phase.line})`,
    ...renderList('Tasks', phase.tasks),
    ...renderList('Modules', phase.modules.map(renderModule)),
    ...renderList('Test Command', phase.testCommand === '' ? [] : [phase.testCommand]),
    ...renderList('Success Criteria', phase.criteria.map(renderCriterion)),
    ...renderList('Gotchas', phase.gotchas),
    ...renderList('Files', phase.files),
    ...renderList('Depends On', phase.dependsOn),
    ...renderOptions(phase),
  ].join('\n')
}

function renderList(label: string, values: readonly string[]): readonly string[] {
  return values.length === 0 ? [] : [`  ${label}:`, ...values.map((value) => `    ${value.replaceAll('\n', '\n    ')}`)]
}

function renderModule({name, slug, owns}: Module): string {
  const shown = name === slug ? name : `${name} (${slug})`
  return owns.length === 0 ? shown : `${shown}: ${owns.join(', ')}`
}

function renderCriterion({id, text, check}: Criterion): string {
  return check === undefined ? `${id}  ${text}` : `${id}  ${text}\n  check: ${check}`
}

function renderOptions({setupCommand, timeoutMs, agent, allowTodo}: Phase): readonly string[] {
  return [
    ...(setupCommand === undefined ? [] : renderList('Setup Command', [setupCommand])),
    ...(timeoutMs === undefined ? [] : [`  Timeout: ${formatDuration(timeoutMs)}`]),
    ...(agent === undefined ? [] : [`  Agent: ${agent}`]),
    ...(allowTodo ? ['  Allow TODO: yes'] : []),
  ]
}

/** A spec is somebody's text: it must not move the cursor of the terminal that shows it. */
function removeControls(text: string): string {
  return text.replaceAll(/(?!\n)[\p{Cc}\p{Cf}]/gu, '\u{FFFD}')
}
