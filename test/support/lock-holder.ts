import {withLock} from '../../src/lock.ts'

// Takes the lock file that is named on the command line, says so, and holds it until it is killed.
await withLock(process.argv[2] ?? '', async () => {
  process.stdout.write('held\n')
  await new Promise(() => setInterval(() => undefined, 1_000_000))
})
