import {writeSync} from 'node:fs'

/** What each test leaves behind is put away here: the hooks of mocha's workers are made before any file is loaded. */

const leftovers: (() => Promise<unknown>)[] = []

/** Puts something away when the test that runs now has ended, the newest first. */
export function afterTest(putAway: () => Promise<unknown>): void {
  leftovers.unshift(putAway)
}

/** Read by mocha, see `.mocharc.json`. */
export const mochaHooks = {
  async afterEach(): Promise<void> {
    for (const putAway of leftovers.splice(0)) await putAway()
  },
  beforeAll(): void {
    isRunning = true
  },
  afterAll(): void {
    isRunning = false
  },
}

let isRunning = false

// Whoever ends this process ends all tests that were to come, and mocha says nothing of it.
process.on('exit', (code) => {
  if (!isRunning) return
  const open = process.getActiveResourcesInfo().join(', ')
  writeSync(2, `The tests ended before their end, with exit code ${code}.\nStill open: ${open}.\n${new Error('ended here').stack}\n`)
})

// Mocha lets a promise that was forgotten pass, unless somebody else listens: whether anybody does must not depend on the
// order of the tests.
process.on('unhandledRejection', (reason) => {
  throw reason
})
