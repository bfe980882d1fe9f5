import {writeFileSync} from 'node:fs'

// Preloaded by the benchmark: what this process took of the processor and the memory, without the programs it started.
process.on('exit', () => {
  if (!process.env.OWN_COST_FILE) return
  const {userCPUTime, systemCPUTime, maxRSS} = process.resourceUsage()
  const cost = {cpu_ms: (userCPUTime + systemCPUTime) / 1000, peak_mb: Math.round(maxRSS / 1024)}
  writeFileSync(process.env.OWN_COST_FILE, JSON.stringify(cost))
})
