import {execFileSync} from 'node:child_process'

/** Makes a repository of a folder, with all that is in it as its first commit on `main`; returns plain git in it. */
export function makeRepository(root: string): (...args: string[]) => void {
  const git = (...args: string[]) => void execFileSync('git', args, {cwd: root})
  git('init', '-q', '-b', 'main')
  git('config', 'user.name', 'Bench')
  git('config', 'user.email', 'bench@localhost')
  git('add', '-A')
  git('commit', '-qm', 'Start')
  return git
}
