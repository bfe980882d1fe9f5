import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {runProcess, type ProcessResult} from '../../process.ts'
import {trialArguments} from './bwrap.ts'

/** Whether a sandbox works on this machine, and what to do where it does not. */
export type Offer =
  | {readonly works: true; readonly version: string}
  | {readonly works: false; readonly problem: string; readonly hints: readonly string[]}

type Variables = Readonly<Record<string, string | undefined>>

const LIMIT_MS = 20_000
const INSTALL_BWRAP = 'Install it: apt install bubblewrap (Debian, Ubuntu), dnf install bubblewrap (Fedora), apk add bubblewrap (Alpine)'
const INSTALL_SRT = 'Install it: npm install --global @anthropic-ai/sandbox-runtime'
const INSTALL_SRT_TOOLS = 'Install what it needs: apt install bubblewrap socat ripgrep'

/** Tries bubblewrap with all the walls that an attempt gets. */
export async function tryBwrap(env: Variables, platform: NodeJS.Platform = process.platform): Promise<Offer> {
  if (platform !== 'linux')
    return refuse('Bubblewrap is for Linux.', 'On macOS, write {"kind": "srt", "network": ["api.anthropic.com"]}, or "none".')
  const version = await ask(['bwrap', '--version'], env)
  if (version.error !== undefined) return refuse('Bubblewrap (bwrap) is not installed.', INSTALL_BWRAP)
  const name = `Bubblewrap ${versionIn(version)}`
  const {exitCode, stderr} = await ask(trialArguments(), env)
  return exitCode === 0 ? {works: true, version: name} : refuse(`${name} is not allowed here: ${lastLine(stderr)}`, ...remedies(stderr))
}

/** Tries `srt`, with a program that reaches no host. */
export async function trySrt(env: Variables): Promise<Offer> {
  const version = await ask(['srt', '--version'], env)
  if (version.error !== undefined) return refuse('The sandbox runtime (srt) is not installed.', INSTALL_SRT)
  const name = `sandbox-runtime ${versionIn(version)}`
  const {exitCode, stderr, stdout} = await ask(['srt', '--settings', 'settings.json', '--', 'true'], env)
  return exitCode === 0
    ? {works: true, version: name}
    : refuse(`${name} does not work here: ${lastLine(stderr || stdout)}`, ...needs(stderr))
}

const NO_USER_NAMESPACES = /user namespace|uid map|clone3?|unshare|Operation not permitted|Permission denied|No permissions/i

/** Why user namespaces are refused differs by distribution; inside a container it is the container's own walls. */
function remedies(stderr: string): readonly string[] {
  if (!NO_USER_NAMESPACES.test(stderr)) return ['Set `sandbox` to "none" to run agents without one.']
  return [
    'Allow user namespaces: sudo sysctl -w kernel.unprivileged_userns_clone=1 kernel.apparmor_restrict_unprivileged_userns=0',
    'In a container: docker run --security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt systempaths=unconfined',
    'Set `sandbox` to "none" where the machine itself is the wall.',
  ]
}

function needs(stderr: string): readonly string[] {
  return /bwrap|socat|ripgrep|\brg\b|dependenc/i.test(stderr) ? [INSTALL_SRT_TOOLS] : [INSTALL_SRT_TOOLS, ...remedies(stderr)]
}

function refuse(problem: string, ...hints: readonly string[]): Offer {
  return {works: false, problem, hints}
}

/** In a folder of its own, with settings for `srt` that open nothing. */
async function ask(argv: readonly string[], env: Variables): Promise<ProcessResult> {
  const cwd = await mkdtemp(path.join(tmpdir(), 'conduct-sandbox-'))
  try {
    await writeFile(path.join(cwd, 'settings.json'), JSON.stringify(NOTHING))
    return await runProcess({argv, cwd, env: toEnvironment(env), marker: path.basename(cwd), timeoutMs: LIMIT_MS})
  } finally {
    await rm(cwd, {recursive: true, force: true})
  }
}

const NOTHING = {
  network: {allowedDomains: [], deniedDomains: []},
  filesystem: {denyRead: [], allowRead: [], allowWrite: [], denyWrite: []},
}

function toEnvironment({PATH = '', HOME = ''}: Variables): Readonly<Record<string, string>> {
  return {PATH, HOME}
}

function versionIn({stdout}: ProcessResult): string {
  return /\d+(?:\.\d+)+/.exec(stdout)?.[0] ?? 'of an unknown version'
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.slice(0, 300) || 'it says nothing'
}
