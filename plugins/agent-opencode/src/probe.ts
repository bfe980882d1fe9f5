import type {Probe, ProbeInput} from 'conduct-cli/plugin'
import {parseOptions} from './options.ts'
import {canLogIn} from './person.ts'
import {QUIET} from './settings.ts'

const INSTALL = 'Install it with `npm install --global opencode-ai`, then run `opencode auth login`.'
const LOG_IN = 'Run `opencode auth login`, or set the key of a provider, such as ANTHROPIC_API_KEY.'

/** Is opencode there, does it start, and is there a login, a key or a provider? Asks no model: `auth list` takes seconds. */
export async function probe({options: written, cwd, env, which, exec}: ProbeInput): Promise<Probe> {
  const parsed = parseOptions(written)
  if (!parsed.ok) return parsed
  const {program, settings} = parsed.options
  const found = await which(program)
  if (found === undefined) return {ok: false, problem: `The program ${program} is not there, or cannot be executed.`, hint: INSTALL}
  const {stdout, stderr, error = stderr} = await exec([found, '--version'], {env: QUIET})
  const [version] = /\d+\.\d+\.\d+\S*/.exec(stdout) ?? []
  if (version === undefined)
    return {ok: false, problem: `${found} does not start: ${error.trim().slice(0, 300)}`, hint: `${INSTALL} Its scripts must run.`}
  const canWork = 'provider' in settings || (await canLogIn(env, cwd))
  return canWork ? {ok: true, version} : {ok: false, problem: `opencode ${version} has no login, and there is no key.`, hint: LOG_IN}
}
