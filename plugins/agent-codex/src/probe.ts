import {readFile} from 'node:fs/promises'
import path from 'node:path'
import type {Probe, ProbeInput, SpawnResult} from 'conduct-cli/plugin'
import {parseOptions, type CodexOptions} from './options.ts'
import {codexHome, homeVariables, locateProgram} from './program.ts'

const INSTALL = 'Install it with `npm install --global @openai/codex`, then run `codex login`.'
const LOG_IN = 'Run `codex login`, or set CODEX_API_KEY; codex does not look at OPENAI_API_KEY.'
/** A model of somebody else needs no login at OpenAI. */
const OTHER_PROVIDER = /^\s*model_provider\s*=\s*(?!["']openai["'])/m

/** Is codex there, does it start, and can it log in? Asks no model. */
export async function probe({options: written, cwd, env, which, exec}: ProbeInput): Promise<Probe> {
  const parsed = parseOptions(written)
  if (!parsed.ok) return parsed
  const {options} = parsed
  const program = await which(options.program)
  if (program === undefined) return {ok: false, problem: `The program ${options.program} is not on PATH.`, hint: INSTALL}
  const ask = (...args: readonly string[]) => exec([locateProgram(options, cwd), ...args], {env: homeVariables(options, cwd)})
  const asked = await ask('--version')
  const [, version] = /(\d+\.\d+\.\d+\S*)/.exec(asked.stdout) ?? []
  if (asked.exitCode !== 0 || version === undefined) {
    return {
      ok: false,
      problem: `${program} does not start${because(asked)}`,
      hint: 'Install it again: `npm install --global @openai/codex`.',
    }
  }
  if (await needsNoLogin(options, codexHome(options, cwd, env), env)) return {ok: true, version}
  const login = await ask('login', 'status')
  if (login.exitCode === 0) return {ok: true, version}
  return {ok: false, problem: `codex ${version} is not logged in${because(login)}`, hint: LOG_IN}
}

async function needsNoLogin({settings}: CodexOptions, home: string, env: ProbeInput['env']): Promise<boolean> {
  if ((env['CODEX_API_KEY'] ?? '') !== '') return true
  const {model_provider: provider} = settings
  if (provider !== undefined) return provider !== 'openai'
  return OTHER_PROVIDER.test(await readFile(path.join(home, 'config.toml'), 'utf8').catch(() => ''))
}

function because({stderr, error = stderr}: SpawnResult): string {
  const said = error.split(/\r?\n/).findLast((line) => line.trim() !== '' && !line.startsWith('WARNING: '))
  return said === undefined ? '.' : `: ${said.slice(0, 300)}`
}
