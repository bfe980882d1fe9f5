import {writeFileSync} from 'node:fs'

// Preloaded by the benchmark: the largest resident set of this process, in KiB, as the system counted it.
process.on('exit', () => {
  if (process.env.PEAK_MEMORY_FILE) writeFileSync(process.env.PEAK_MEMORY_FILE, String(process.resourceUsage().maxRSS))
})
