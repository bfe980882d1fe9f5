import type {Person, Variables} from './person.ts'
import type {PrivateHome} from './private-home.ts'

export interface Host {
  /** What the agent would get besides. */
  readonly env: Variables
  readonly person: Pick<Person, 'env'>
  readonly home: Pick<PrivateHome, 'home' | 'tmp'>
  /** Whether settings that lie in the worktree count. */
  readonly isTrusted: boolean
}

/** The variables that gemini gets in addition. What is in the environment goes before the person's `.env`, as with gemini itself. */
export function geminiEnvironment({env, person, home, isTrusted}: Host): Variables {
  const own = Object.entries(person.env).filter(([name]) => !(name in env) && !NEVER.test(name))
  return {
    ...Object.fromEntries(own),
    GEMINI_CLI_HOME: home.home,
    TMPDIR: home.tmp,
    GEMINI_CLI_TRUST_WORKSPACE: String(isTrusted),
    // A second process for more memory takes a second, and another second to end.
    GEMINI_CLI_NO_RELAUNCH: 'true',
    GEMINI_SANDBOX: 'false',
    GEMINI_TELEMETRY_ENABLED: 'false',
    // Started from an editor, it would add the editor's folders to those that it may write.
    GEMINI_CLI_IDE_WORKSPACE_PATH: '',
    GEMINI_CLI_IDE_SERVER_PORT: '',
    NO_BROWSER: 'true',
  }
}

/** What conduct lets no agent have. */
const NEVER = /^(?:GIT_.*|CONDUCT_.*|NODE_OPTIONS|PATH|HOME)$/
