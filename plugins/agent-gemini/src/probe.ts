import type {Probe, ProbeInput, SpawnResult} from 'conduct-cli/plugin'
import {hasAccount} from './account.ts'
import {chooseLogin} from './login.ts'
import {parseOptions} from './options.ts'
import {geminiFolder, readPerson} from './person.ts'
import {readVersion} from './program.ts'

const INSTALL = 'Install it: npm install --global @google/gemini-cli'
const LOG_IN = 'Run `gemini` and log in, or set GEMINI_API_KEY; for Vertex AI, GOOGLE_GENAI_USE_VERTEXAI=true with project and location.'

/** Is gemini there, does it start, and has it something to log in with? Asks no model. */
export async function probe(input: ProbeInput): Promise<Probe> {
  const {cwd, env, which} = input
  const parsed = parseOptions(input.options)
  if (!parsed.ok) return parsed
  const {options} = parsed
  const found = await which(options.program)
  if (found === undefined) return {ok: false, problem: `The program ${options.program} is not there, or cannot be executed.`, hint: INSTALL}
  const folder = geminiFolder(options, cwd, env)
  const read = await readPerson(folder)
  if (!read.ok) return {ok: false, problem: read.problem, hint: 'Mend it, or remove it; gemini itself does not start with it either.'}
  const {version, fault} = await findVersion(found, input)
  if (version === undefined) return {ok: false, problem: `${found} does not start: ${fault}`, hint: `${INSTALL}.`}
  const login = chooseLogin(read.person, {...read.person.env, ...env}, await hasAccount(folder))
  if (login !== undefined) return {ok: true, version}
  return {ok: false, problem: `gemini ${version} is not logged in, and there is no key.`, hint: LOG_IN}
}

interface FoundVersion {
  readonly version?: string
  /** Why there is none. */
  readonly fault?: string
}

/** Gemini takes seconds to say its version, and makes a home while it does: here, in the empty folder that it is started in. */
async function findVersion(program: string, {env, exec}: ProbeInput): Promise<FoundVersion> {
  const installed = await readVersion(program, env)
  if (installed !== undefined) return {version: installed}
  const asked = await exec([program, '--version'], {env: {GEMINI_CLI_NO_RELAUNCH: 'true', GEMINI_CLI_HOME: '.'}})
  const [version] = /\d+\.\d+\.\d+\S*/.exec(asked.stdout) ?? []
  return version === undefined ? {fault: because(asked)} : {version}
}

function because({error, stderr, exitCode}: SpawnResult): string {
  return (error ?? (stderr.trim() || `exit code ${exitCode}`)).slice(0, 300)
}
