import assert from 'node:assert/strict'
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
  it('exits with 1, whatever the program that failed exited with', async () => {
    const before = process.exitCode
    try {
      await Broken.run(['--json'], import.meta.url)
      assert.equal(process.exitCode, 1)
    } finally {
      process.exitCode = before
    }
  })
})
