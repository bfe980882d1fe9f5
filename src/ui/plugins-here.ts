import {examinePlugins, type PluginInfo} from '../plugins.ts'
import {EXIT} from '../errors.ts'
import {listAgents, listValidators, type AgentItem, type Origin, type ValidatorItem} from '../project/list-plugins.ts'
import type {ConductCommand} from './conduct-command.ts'
import {formatColumns, stripControl} from './text.ts'

/** A plugin that could not be loaded. */
export interface BrokenPlugin {
  readonly name: string
  readonly version: string
  readonly problem: string
  readonly hints: readonly string[]
}

export interface ValidatorsResult {
  readonly validators: readonly ValidatorItem[]
  readonly broken_plugins: readonly BrokenPlugin[]
}

export interface AgentsResult {
  readonly agents: readonly AgentItem[]
  readonly broken_plugins: readonly BrokenPlugin[]
}

/** `conduct validators`. Exit code 5 when a plugin or a local file is broken. */
export async function validatorsHere(command: ConductCommand): Promise<ValidatorsResult> {
  const examined = await examinePlugins(command.config)
  const validators = await listValidators({cwd: process.cwd(), env: process.env, ...examined})
  const broken = toBroken(examined.plugins)
  process.exitCode = broken.length > 0 || validators.some(({status}) => status === 'broken') ? EXIT.ENVIRONMENT : EXIT.DONE
  if (!command.jsonEnabled()) command.log(renderValidators(validators, broken))
  return {validators, broken_plugins: broken}
}

/** `conduct agents`. Exit code 5 when a plugin is broken, or an agent that the configuration names cannot run here. */
export async function agentsHere(command: ConductCommand): Promise<AgentsResult> {
  const examined = await examinePlugins(command.config)
  const agents = await listAgents({cwd: process.cwd(), env: process.env, ...examined})
  const broken = toBroken(examined.plugins)
  process.exitCode = broken.length > 0 || agents.some(({used, ready}) => used && !ready) ? EXIT.ENVIRONMENT : EXIT.DONE
  if (!command.jsonEnabled()) command.log(renderAgents(agents, broken))
  return {agents, broken_plugins: broken}
}

function toBroken(plugins: readonly PluginInfo[]): readonly BrokenPlugin[] {
  return plugins.flatMap(({name, version, problem}) =>
    problem ? [{name, version, problem: problem.message, hints: problem.suggestions}] : [],
  )
}

const STANDING = {
  applies: '✔ has work here',
  idle: '- nothing here for it',
  broken: '✖ broken',
  unknown: '? no git repository here',
} as const

function renderValidators(validators: readonly ValidatorItem[], broken: readonly BrokenPlugin[]): string {
  const rows = validators.map(({name, source, used, status}) => [
    name,
    describeOrigin(source),
    used ? STANDING[status] : `${STANDING[status]}; not in \`validators\``,
  ])
  const problems = validators.flatMap(({name, problem}) => (problem === null ? [] : [`✖ ${name}: ${problem}`]))
  return join([...formatColumns(rows), ...problems], broken)
}

function renderAgents(agents: readonly AgentItem[], broken: readonly BrokenPlugin[]): string {
  const rows = agents.map(({name, source, used, ready, version}) => [
    name,
    describeOrigin(source),
    `${ready ? `✔ ready${version === null ? '' : ` (${version})`}` : '✖ cannot run here'}${used ? ', in use' : ''}`,
  ])
  const hints = agents.flatMap(({name, problem, hint}) => (problem === null ? [] : [`${name}: ${problem}`, `  → ${hint}`]))
  return join([...formatColumns(rows), ...(hints.length > 0 ? ['', ...hints] : [])], broken)
}

function describeOrigin({type, name, version}: Origin): string {
  if (type === 'file') return `file ${name}`
  if (type === 'core') return 'core'
  return `${name}@${version}${type === 'link' ? ' (linked)' : ''}`
}

function join(lines: readonly string[], broken: readonly BrokenPlugin[]): string {
  const faults = broken.flatMap(({name, version, problem, hints}) => [
    `✖ plugin ${name}@${version}: ${problem}`,
    ...hints.map((hint) => `  → ${hint}`),
  ])
  return [...lines, ...(faults.length > 0 ? ['', ...faults] : [])].map(stripControl).join('\n')
}
