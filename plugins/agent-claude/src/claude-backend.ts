import path from 'node:path'
import type {AgentBackend, AgentOutcome, AgentRequest, AgentTools} from 'conduct-cli/plugin'
import {attemptArguments} from './arguments.ts'
import {claudeEnvironment} from './environment.ts'
import {parseOptions, type ClaudeOptions} from './options.ts'
import {isSessionGone, toOutcome} from './outcome.ts'
import {home} from './home.ts'
import {probe} from './probe.ts'
import {claudeReader} from './reader.ts'

/** The backend `claude`: Claude Code without a screen, in the worktree, with the prompt on stdin. */
export function createClaudeBackend(): AgentBackend {
  return {name: 'claude', contract: 1, probe, home, run}
}

async function run(request: AgentRequest, tools: AgentTools): Promise<AgentOutcome> {
  const parsed = parseOptions(request.options)
  if (!parsed.ok) return {status: 'failed', retryable: false, cause: `${parsed.problem} ${parsed.hint}`}
  const ended = await ask(request, tools, parsed.options, request.session)
  const isGone = request.session !== undefined && isSessionGone(ended.said)
  const {said, result} = isGone ? await ask(request, tools, parsed.options, undefined) : ended
  return toOutcome({said, result, turns: request.limits.turns, now: Date.now()})
}

async function ask(request: AgentRequest, {spawn, emit}: AgentTools, options: ClaudeOptions, session: string | undefined) {
  const {onLine, said} = claudeReader(emit)
  const {projectDir, env} = request
  const result = await spawn([locate(options.program, projectDir), ...attemptArguments(request, session)], {
    input: request.prompt,
    env: claudeEnvironment(options, {env, projectDir, isRoot: process.getuid?.() === 0}),
    isProtocol: true,
    onLine,
  })
  return {said: said(), result}
}

/** A program named by a path is meant from the project, not from the worktree, where an agent could have written it. */
function locate(program: string, projectDir: string): string {
  return program.includes('/') ? path.resolve(projectDir, program) : program
}
