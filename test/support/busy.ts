import {openBusyWatch} from '../../src/busy-watch.ts'

/** Started by a test: computes for two seconds without a pause, of which half a second is allowed while `plugin` is at work. */

const watch = openBusyWatch()
const [who = ''] = process.argv.slice(2)
watch.allow(500, ['plugin'])
if (who !== 'plugin') watch.allow(0, [])
const until = performance.now() + 2_000
while (performance.now() < until);
process.stdout.write('done')
