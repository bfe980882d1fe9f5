import {devNull} from 'node:os'

/** Environment variables of whoever calls. */
export type Environment = Readonly<Record<string, string | undefined>>

const INHERITED = ['PATH', 'HOME', 'USER', 'LOGNAME', 'XDG_CONFIG_HOME', 'TMPDIR', 'TMP', 'TEMP', 'LANG', 'SYSTEMROOT', 'USERPROFILE']

/** What git gets of a caller's environment: nothing that begins with `GIT_`. */
export function inheritedEnv(env: Environment): Readonly<Record<string, string>> {
  return Object.fromEntries(INHERITED.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])))
}

/** For every git. */
export const FIXED_ENV = {
  LC_ALL: 'C',
  GIT_TERMINAL_PROMPT: '0',
  GIT_OPTIONAL_LOCKS: '0',
  // No transport at all: a partial clone would otherwise start whatever the configuration calls a remote.
  GIT_ALLOW_PROTOCOL: 'none',
  GIT_NO_LAZY_FETCH: '1',
  // `git replace` could show us another commit under a known name.
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_LITERAL_PATHSPECS: '1',
}

/** What the person's own files say is frozen in the shadow; an agent may have changed them since. */
export const SEALED_ENV = {GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: devNull, GIT_ATTR_NOSYSTEM: '1'}

/** For questions about a person's own settings. */
export const PERSON_PINS = ['--no-pager', '-c', 'core.fsmonitor=false']

/** Beats whatever the repository's configuration says. */
export const PINS = [
  ...PERSON_PINS,
  '-c',
  `core.hooksPath=${devNull}`,
  '-c',
  'core.fsync=committed',
  '-c',
  'core.commitGraph=false',
  '-c',
  'worktree.useRelativePaths=false',
]
