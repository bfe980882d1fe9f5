import {TASKS_URI} from './uris.ts'

/**
 * A hint for a person at a terminal, as the same hint for an agent that calls tools: what commands it names become calls. Those
 * that no tool stands for stay, since most agents have a shell too. Pure.
 */
export function toToolHint(suggestion: string): string {
  return RULES.reduce(
    (text, [command, toCall]) => text.replace(command, (_found, one: unknown, other: unknown) => toCall(asText(one), asText(other))),
    suggestion,
  )
}

type Rule = readonly [command: RegExp, toCall: (one: string, other: string) => string]

const ID = '[a-z0-9][a-z0-9-]*|ID'
const TASK = `(?: --task (${ID}))?`
const WORD = `('[^']*'|"[^"]*"|[^\\s'"]+?)`

/** What a command needs is the first group, its task the last. Longer commands come before those that they begin with. */
const RULES: readonly Rule[] = [
  rule(`checkpoint list${TASK}`, (task) => call('list_checkpoints', {task_id: task})),
  rule(`checkpoint ${WORD}${TASK}`, (phase, task) => call('create_checkpoint', {task_id: task, phase})),
  rule(`worktree list${TASK}`, (task) => call('list_worktrees', {task_id: task})),
  rule(`worktree cleanup${TASK}`, (task) => call('cleanup_worktrees', {task_id: task})),
  rule(`worktree create ${WORD}${TASK}`, (name, task) => call('create_worktree', {task_id: task, name})),
  rule(`worktree merge ${WORD}${TASK}`, (name, task) => call('merge_module', {task_id: task, name})),
  rule(`phase list${TASK}`, (task) => call('get_phases', {task_id: task})),
  rule(`phase validate ${WORD}${TASK}`, (name, task) => call('validate_phase', {task_id: task, phase_name: name})),
  rule(`rollback ${WORD}${TASK}`, (id, task) => call('rollback_to_checkpoint', {task_id: task, checkpoint_id: id})),
  rule(`complete${TASK} --force`, (task) => call('complete_task', {task_id: task, force: true})),
  rule(`complete${TASK}`, (task) => call('complete_task', {task_id: task})),
  rule(`state${TASK}`, (task) => call('get_task_state', {task_id: task})),
  rule(`status(?: (${ID}))?(?: --watch)?`, (task) => call('get_task_state', {task_id: task})),
  rule('start DESCRIPTION', () => 'start_task(description: …, working_directory: …)'),
  rule('tasks(?: --all)?', () => `read the resource ${TASKS_URI}`),
  [/--task (?:ID|NAME)(?:, or CONDUCT_TASK=ID)?/g, () => 'task_id'],
]

/** The command ends where its words do: a full stop or a comma behind it is the sentence's. */
function rule(command: string, toCall: Rule[1]): Rule {
  return [new RegExp(`\\bconduct ${command}(?=$|[\\s.,;:)\`])`, 'g'), toCall]
}

function call(tool: string, args: Readonly<Record<string, string | boolean>>): string {
  const list = Object.entries(args).map(([name, value]) => `${name}: ${typeof value === 'string' ? quote(value) : value}`)
  return `${tool}(${list.join(', ')})`
}

/** Words in capitals stand for something that the reader knows. */
function quote(value: string): string {
  const bare = value.replace(/^(['"])(.*)\1$/, '$2')
  return bare === '' || /^[A-Z]+$/.test(bare) ? '…' : JSON.stringify(bare)
}

const asText = (group: unknown): string => (typeof group === 'string' ? group : '')
