import {conduct} from '../support/cli.ts'
import {createProject, specText, type Project} from '../support/project.ts'

export const SPEC = specText([
  {
    name: 'Ledger',
    modules: ['ledger', 'journal'],
    test: 'node --test',
    criteria: ['All tests pass'],
    lines: ['Gotchas:', '- Cents, never floats', ''],
  },
  {name: 'Report', modules: ['report'], test: 'node --test'},
])

/** A project with a spec of two phases. */
export function createSpecProject(): Promise<Project> {
  return createProject({'.spec/SPEC.md': SPEC, 'package.json': '{"type": "module"}\n'})
}

/** Begins a task as a script does; returns its id. */
export async function startTask(project: Project, description = 'Build the ledger'): Promise<string> {
  const {stdout, stderr, exitCode} = await conduct(project, ['start', description])
  if (exitCode !== 0) throw new Error(stderr)
  return stdout.trim()
}
