import path from 'node:path'
import type {Probe, ProbeInput} from 'conduct-cli/plugin'
import {claudeEnvironment} from './environment.ts'
import {parseLine} from '@conduct-cli/json-fields'
import {parseOptions} from './options.ts'

const LOG_IN = 'Run `claude` and log in, or set ANTHROPIC_API_KEY.'
const INSTALL = 'Install it: npm install --global @anthropic-ai/claude-code'

/** Whether Claude Code is there and starts, and whether it has a login or a key. The model is not asked. */
export async function probe({options: value, cwd, which, exec, env}: ProbeInput): Promise<Probe> {
  const parsed = parseOptions(value)
  if (!parsed.ok) return parsed
  const {program} = parsed.options
  const found = await which(program)
  if (found === undefined) return {ok: false, problem: notThere(program), hint: program === 'claude' ? INSTALL : toMend(program, cwd)}
  const own = claudeEnvironment(parsed.options, {env, projectDir: cwd, isRoot: false})
  const answer = await exec([found, '--version'], {env: own})
  const version = /^\d+\.\d+\.\d+\S*/.exec(answer.stdout)?.[0]
  if (version === undefined)
    return {ok: false, problem: `${found} does not start: ${reason(answer)}`, hint: `${INSTALL}, with its scripts.`}
  const status = parseLine((await exec([found, 'auth', 'status', '--json'], {env: own})).stdout.replaceAll('\n', ' '))
  // Another provider has its own ways to log in, and an older version does not tell.
  const isOut = status?.loggedIn === false && status.apiProvider === 'firstParty'
  return isOut ? {ok: false, problem: `Claude Code ${version} is not logged in, and there is no key.`, hint: LOG_IN} : {ok: true, version}
}

function notThere(program: string): string {
  return `The program ${program} is not there, or cannot be executed.`
}

function toMend(program: string, cwd: string): string {
  if (!program.includes('/')) return `Install ${program}, or write the path of Claude Code in \`agents.backends.claude.program\`.`
  return `Put Claude Code at ${path.resolve(cwd, program)}, and make it executable.`
}

function reason({error, stderr, exitCode}: {readonly error?: string; readonly stderr: string; readonly exitCode: number | null}): string {
  return (error ?? (stderr.trim() || `exit code ${exitCode}`)).slice(0, 300)
}
