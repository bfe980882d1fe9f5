import {which} from '../agents/which.ts'
import {openRepository} from '../git/git.ts'
import {loadPlugins} from '../plugins.ts'
import {initConfig, type InitResult} from '../project/init-config.ts'
import type {ConductCommand} from './conduct-command.ts'

/** `conduct init`: a first configuration, made from what the project shows. */
export async function initHere(command: ConductCommand): Promise<InitResult> {
  const {root} = await openRepository(process.cwd(), process.env)
  const {agents, validators} = await loadPlugins(command.config)
  const result = await initConfig({
    root,
    agents: agents.names(),
    validators: validators.names(),
    which: (program) => which(program, {cwd: root, pathVariable: process.env.PATH}),
  })
  if (!command.jsonEnabled()) command.log(renderInit(result))
  return result
}

function renderInit({created, file, notes}: InitResult): string {
  const next = ['Next: conduct spec init writes a spec to start from; conduct doctor looks whether all is there.']
  if (!created) return [`${file} is there already; nothing was written.`, ...next].join('\n')
  return [`Wrote ${file}:`, ...notes.map((note) => `  ${note}`), ...next].join('\n')
}
