import {RequestError} from '@agentclientprotocol/sdk'
import type {Probe, ProbeInput, SpawnResult} from 'conduct-cli/plugin'
import {openConnection} from './connection.ts'
import {asker, greet, Refusal} from './conversation.ts'
import {argvOf, type AcpOptions} from './options.ts'

/** All of the agent starts before it says hello: on a busy machine that takes a while. */
const LIMIT_MS = 18_000

const CHECK =
  'Look up how the agent is started for the Agent Client Protocol, as in ["gemini", "--acp"], and write that in `agents.backends.acp.command`.'

/** Is the program there, and does it speak the protocol? No session is begun, and no model asked. */
export async function probeAgent({cwd, which, exec}: ProbeInput, options: AcpOptions): Promise<Probe> {
  const [program] = options.command
  if ((await which(program)) === undefined) {
    return {
      ok: false,
      problem: `The program ${program} is not on PATH.`,
      hint: `Install ${program}, or set \`agents.backends.acp.command\`.`,
    }
  }
  const connection = openConnection({onUpdate: () => undefined, onPermission: async () => ({outcome: {outcome: 'cancelled'}})})
  const {input, onLine, end, close} = connection
  const answered = new AbortController()
  const running = exec(argvOf(options, cwd), {env: options.env, input, onLine, signal: answered.signal, timeoutMs: LIMIT_MS}).finally(close)
  try {
    const {name, version} = await greet(asker(connection))
    return {ok: true, version: version === undefined ? name : `${name} ${version}`}
  } catch (error) {
    if (error instanceof Refusal || error instanceof RequestError) return {ok: false, problem: `${program}: ${error.message}`, hint: CHECK}
    return {ok: false, problem: `${program} does not answer${because(await running)}`, hint: CHECK}
  } finally {
    end()
    answered.abort()
    await running
  }
}

function because({stderr, exitCode, error = stderr}: SpawnResult): string {
  const said = error.split(/\r?\n/).findLast((line) => line.trim() !== '')
  if (said !== undefined) return `: ${said.slice(0, 300)}`
  return exitCode === null ? ` within ${LIMIT_MS / 1_000} seconds.` : `: it ended with exit code ${exitCode}.`
}
