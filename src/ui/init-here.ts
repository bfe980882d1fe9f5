import {which} from '../agents/which.ts'
import {openRepository} from '../git/git.ts'
import {loadPlugins} from '../plugins.ts'
import {initConfig, type InitResult} from '../project/init-config.ts'
import {planHosts, printHostFile, writePlanned, type FileAction} from '../project/init-hosts.ts'
import type {Host} from '../project/hosts.ts'
import type {ConductCommand} from './conduct-command.ts'

/** What `conduct init --json` prints. */
export interface InitHereResult extends InitResult {
  /** Every file that it looked at; paths are relative to the repository. */
  readonly files: readonly {readonly path: string; readonly action: FileAction}[]
}

/** How a person begins with each coding agent. */
const BEGIN: Readonly<Record<Host, string>> = {
  claude: 'start claude here and type /conduct',
  codex: 'start codex here, trust the folder, and type $conduct',
  gemini: 'start gemini here and type /conduct',
  opencode: 'start opencode here and type /conduct',
}

/** `conduct init`: a first configuration, made from what the project shows, and what coding agents need to use conduct. */
export async function initHere(command: ConductCommand, hosts: readonly Host[]): Promise<InitHereResult> {
  const {root} = await openRepository(process.cwd(), process.env)
  const plan = await planHosts(root, hosts)
  const {agents, validators} = await loadPlugins(command.config)
  const config = await initConfig({
    root,
    agents: agents.names(),
    validators: validators.names(),
    which: (program) => which(program, {cwd: root, pathVariable: process.env.PATH}),
  })
  await writePlanned(plan)
  const own = {path: config.file, action: config.created ? 'created' : 'unchanged'} as const
  const result = {...config, files: [own, ...plan.map(({path, action}) => ({path, action}))]}
  if (!command.jsonEnabled()) command.log(renderInit(result, hosts))
  return result
}

/** `conduct init --print FILE`: what would be written where nothing is. */
export function printHere(command: ConductCommand, path: string): {readonly path: string; readonly text: string} {
  const text = printHostFile(path)
  if (!command.jsonEnabled()) process.stdout.write(text)
  return {path, text}
}

function renderInit({created, file, notes, files}: InitHereResult, hosts: readonly Host[]): string {
  const config = created
    ? [`Wrote ${file}:`, ...notes.map((note) => `  ${note}`)]
    : [`${file} is there already; nothing was written${hosts.length > 0 ? ' to it' : ''}.`]
  const others = files.slice(1).map((known) => renderFile(known))
  const next = hosts.length > 0 ? hosts.map((host) => `Next: ${BEGIN[host]}.`) : []
  return [
    ...config,
    ...others,
    ...next,
    'Next: conduct spec init writes a spec to start from; conduct doctor looks whether all is there.',
  ].join('\n')
}

function renderFile({path, action}: InitHereResult['files'][number]): string {
  const line = `${action.padEnd(9)} ${path}`
  return action === 'kept' ? `${line}: you changed it. Compare: conduct init --print ${path} | diff ${path} -` : line
}
