import type {Probe, ProbeInput, SpawnResult} from 'conduct-cli/plugin'
import {hasAccount} from './account.ts'
import {chooseLogin} from './login.ts'
import {parseOptions} from './options.ts'
import {geminiFolder, readPerson} from './person.ts'
import {locateProgram} from './program.ts'

const INSTALL = 'Install it: npm install --global @google/gemini-cli'
const LOG_IN = 'Run `gemini` and log in, or set GEMINI_API_KEY; for Vertex AI, GOOGLE_GENAI_USE_VERTEXAI=true with project and location.'

/** Is gemini there, does it start, and has it something to log in with? Asks no model. */
export async function probe({options: written, cwd, env, which, exec}: ProbeInput): Promise<Probe> {
  const parsed = parseOptions(written)
  if (!parsed.ok) return parsed
  const {options} = parsed
  const found = await which(options.program)
  if (found === undefined) return {ok: false, problem: `The program ${options.program} is not there, or cannot be executed.`, hint: INSTALL}
  const folder = geminiFolder(options, cwd, env)
  const read = await readPerson(folder)
  if (!read.ok) return {ok: false, problem: read.problem, hint: 'Mend it, or remove it; gemini itself does not start with it either.'}
  const asked = await exec([locateProgram(options, cwd), '--version'], {env: {GEMINI_CLI_NO_RELAUNCH: 'true'}})
  const [version] = /\d+\.\d+\.\d+\S*/.exec(asked.stdout) ?? []
  if (version === undefined) return {ok: false, problem: `${found} does not start: ${because(asked)}`, hint: `${INSTALL}.`}
  const login = chooseLogin(read.person, {...read.person.env, ...env}, await hasAccount(folder))
  if (login !== undefined) return {ok: true, version}
  return {ok: false, problem: `gemini ${version} is not logged in, and there is no key.`, hint: LOG_IN}
}

function because({error, stderr, exitCode}: SpawnResult): string {
  return (error ?? (stderr.trim() || `exit code ${exitCode}`)).slice(0, 300)
}
