import assert from 'node:assert/strict'
import {contain} from '../../src/contain.ts'
import {ConductCommand} from '../../src/ui/conduct-command.ts'

/** As when git fails where it never should. */
class Broken extends ConductCommand {
  run(): Promise<void> {
    return Promise.reject(Object.assign(new Error('git ended with exit code 128'), {exitCode: 128}))
  }

  override logJson(): void {
    // What it prints is not what is asked here.
  }
}

describe('a command that meets a bug', () => {
  it('sets the exit code to 1, whatever the program that failed exited with, and lets the process live', async () => {
    const before = process.exitCode
    // Who started the command ends what a plugin left behind: a command that did it ended this run of tests some seconds later.
    await contain('plugin', () => undefined)
    try {
      await Broken.run(['--json'], import.meta.url)
      assert.equal(process.exitCode, 1)
    } finally {
      process.exitCode = before
    }
  })
})
