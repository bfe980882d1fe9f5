import assert from 'node:assert/strict'
import {glob, readFile} from 'node:fs/promises'
import {fileURLToPath} from 'node:url'
import {toToolHint} from '../../src/mcp/tool-hints.ts'

const SRC = fileURLToPath(new URL('../../src', import.meta.url))

/** Commands that a tool or a resource stands for. */
const WITH_TOOL = /\bconduct (start|state|status|complete|rollback|checkpoint|worktree|phase|tasks)\b/

describe('hints for agents', () => {
  const EXAMPLES: readonly (readonly [string, string])[] = [
    ['List them: conduct checkpoint list --task k3x9', 'List them: list_checkpoints(task_id: "k3x9")'],
    ['make one: conduct checkpoint PHASE --task k3x9', 'make one: create_checkpoint(task_id: "k3x9", phase: …)'],
    ['See where it stands: conduct state --task k3x9', 'See where it stands: get_task_state(task_id: "k3x9")'],
    ['Watch it: conduct status k3x9 --watch', 'Watch it: get_task_state(task_id: "k3x9")'],
    ['again: conduct phase validate 2 --task k3x9', 'again: validate_phase(task_id: "k3x9", phase_name: "2")'],
    ['all the same: conduct complete --task k3x9 --force', 'all the same: complete_task(task_id: "k3x9", force: true)'],
    ['Start another one: conduct start DESCRIPTION', 'Start another one: start_task(description: …, working_directory: …)'],
    ['Make one: conduct worktree create NAME --task k3x9', 'Make one: create_worktree(task_id: "k3x9", name: …)'],
    ['List the tasks: conduct tasks', 'List the tasks: read the resource conduct://tasks'],
    ['Name one: --task ID, or CONDUCT_TASK=ID', 'Name one: task_id'],
    ['Go back: conduct rollback c3.', 'Go back: rollback_to_checkpoint(task_id: …, checkpoint_id: "c3").'],
  ]
  for (const [person, agent] of EXAMPLES) {
    it(`say ${agent}`, () => {
      assert.equal(toToolHint(person), agent)
    })
  }

  it('keep a command that no tool stands for', () => {
    assert.equal(toToolHint('Or let conduct repair it: conduct resume k3x9'), 'Or let conduct repair it: conduct resume k3x9')
  })

  it('name no command that has a tool, in whatever error an operation may end with', async () => {
    const hints = await readHints()
    assert.ok(hints.length > 30, `only ${hints.length} hints were found`)
    assert.deepEqual(
      hints.map(toToolHint).filter((hint) => WITH_TOOL.test(hint)),
      [],
    )
  })
})

/** The texts in the source of all that operations reach which name a command, with something in each gap. */
async function readHints(): Promise<readonly string[]> {
  const files = await Array.fromAsync(glob('{tasks,git,spec,store,config,validators,run}/**/*.ts', {cwd: SRC}))
  const sources = await Promise.all(files.map((file) => readFile(`${SRC}/${file}`, 'utf8')))
  const code = sources.join('\n').replaceAll(/^\s*(\/?\*|\/\/).*$/gm, '')
  const texts = [...code.matchAll(/`((?:[^`\\]|\\.)*)`|'((?:[^'\\\n]|\\.)*)'/g)].map(([, one, other]) => one ?? other ?? '')
  return texts.filter((text) => /\bconduct [a-z]/.test(text)).map((text) => text.replaceAll(/\$\{[^}]*\}/g, 'x1').replaceAll('\\', ''))
}
