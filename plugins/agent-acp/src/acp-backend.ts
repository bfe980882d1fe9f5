import type {AgentBackend, AgentHome, AgentOutcome, AgentRequest, AgentTools, HomeInput, Probe, ProbeInput} from 'conduct-cli/plugin'
import {homeOf, parseOptions} from './options.ts'

/** The backend `acp`: any command that speaks the Agent Client Protocol on stdin and stdout. */
export function createAcpBackend(): AgentBackend {
  return {name: 'acp', contract: 1, probe, home, run}
}

async function probe(input: ProbeInput): Promise<Probe> {
  const parsed = parseOptions(input.options)
  if (!parsed.ok) return parsed
  const {probeAgent} = await import('./talk.ts')
  return probeAgent(input, parsed.options)
}

function home({options, cwd, env}: HomeInput): AgentHome {
  const parsed = parseOptions(options)
  return {write: parsed.ok ? homeOf(parsed.options, cwd, env) : []}
}

async function run(request: AgentRequest, tools: AgentTools): Promise<AgentOutcome> {
  const parsed = parseOptions(request.options)
  if (!parsed.ok) return {status: 'failed', retryable: false, cause: `${parsed.problem} ${parsed.hint}`}
  const {runAttempt} = await import('./talk.ts')
  return runAttempt(request, tools, parsed.options)
}
