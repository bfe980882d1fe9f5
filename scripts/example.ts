import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {fileURLToPath} from 'node:url'
import {createExampleProject, type ExampleProject} from './example-project.ts'

/** Builds `examples/ledger` with the built CLI, as a person would. Further arguments go to `conduct run`. */

const BIN = fileURLToPath(new URL('../bin/conduct.js', import.meta.url))

async function runConduct({root, stateDir}: ExampleProject, args: readonly string[]): Promise<number> {
  const env = {...process.env, CONDUCT_STATE_DIR: stateDir}
  const child = spawn(process.execPath, [BIN, 'run', ...args], {cwd: root, env, stdio: 'inherit'})
  const stopWithChild = () => undefined
  // Ctrl-C reaches the child too: it is the one that ends in order, and says how to go on.
  process.on('SIGINT', stopWithChild)
  const [exitCode] = (await once(child, 'close')) as [number | null]
  return exitCode ?? 1
}

function farewell({root, stateDir}: ExampleProject): string {
  return [
    '',
    `The result is in ${root}. Look at it:`,
    '',
    `  cd ${root}`,
    '  git log --graph --oneline',
    '  node bin/ledger.js balance household.journal',
    '',
    `conduct's own records of it, the agents' transcripts among them, are in ${stateDir}.`,
    '',
  ].join('\n')
}

/** The CLI may not be on PATH, and its state is not where it usually is: so the whole command. */
function wayOn({root, stateDir}: ExampleProject): string {
  return `\nThe project is in ${root}. Go on with:\n\n  cd ${root} && CONDUCT_STATE_DIR=${stateDir} ${process.execPath} ${BIN} resume\n`
}

const project = await createExampleProject()
const exitCode = await runConduct(project, process.argv.slice(2))
process.stderr.write(exitCode === 0 ? farewell(project) : wayOn(project))
process.exitCode = exitCode
