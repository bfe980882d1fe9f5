const {readdirSync} = require('node:fs')
const {join} = require('node:path')

/**
 * Seconds that files took which take long, rounded: a stale figure makes a part longer than its neighbours, nothing worse.
 * What is not named here is short.
 */
const SECONDS = {
  'test/lies/lies.test.ts': 390,
  'test/e2e/crash.test.ts': 270,
  'plugins/agent-opencode/test/opencode.test.ts': 110,
  'plugins/agent-gemini/test/gemini.test.ts': 70,
  'test/e2e/hammer.test.ts': 70,
  'plugins/agent-acp/test/real-agents.test.ts': 65,
  'test/e2e/lies.test.ts': 55,
  'test/mcp/conformance.test.ts': 35,
  'test/e2e/by-hand.test.ts': 30,
  'test/e2e/exit-codes.test.ts': 30,
  'test/e2e/plugin-faults.test.ts': 30,
  'test/e2e/redis.test.ts': 30,
  'test/e2e/scripting-example.test.ts': 30,
  'plugins/agent-claude/test/claude.test.ts': 30,
  'plugins/validator-npm-test/test/npm-test-validator.test.ts': 30,
  'test/e2e/plugins.test.ts': 25,
  'test/e2e/rollback.test.ts': 25,
  'test/e2e/unruly-agents.test.ts': 25,
  'test/e2e/locks.test.ts': 20,
  'plugins/agent-codex/test/codex.test.ts': 20,
  'plugins/validator-imports/test/python.test.ts': 20,
  'plugins/validator-pytest/test/pytest-validator.test.ts': 20,
  'test/validators/test-command.test.ts': 20,
}
const SECONDS_OF = [
  ['test/e2e/', 12],
  ['test/mcp/', 5],
  ['', 1],
]

/** Of the end-to-end tests, those that a second version of a runtime runs: each subsystem is in one of them. */
const SAMPLE = new Set(['by-hand', 'checkout', 'commands', 'conflict', 'crash', 'example', 'exit-codes', 'plugins', 'redis', 'validate'])

/** Every test file, sorted, by its path from the root, with slashes. Beyond them, the executable and the tarball have runs of their own. */
function testFiles(root) {
  const folders = ['packages', 'plugins'].flatMap((parent) => readdirSync(join(root, parent)).map((name) => `${parent}/${name}/test`))
  return ['test', ...folders].flatMap((folder) => filesBelow(root, folder)).sort()
}

function filesBelow(root, folder) {
  return entriesOf(join(root, folder)).flatMap((entry) => {
    const path = `${folder}/${entry.name}`
    if (entry.isDirectory()) return ['node_modules', 'executable', 'pack'].includes(entry.name) ? [] : filesBelow(root, path)
    return path.endsWith('.test.ts') ? [path] : []
  })
}

function entriesOf(folder) {
  try {
    return readdirSync(folder, {withFileTypes: true})
  } catch (error) {
    if (error.code === 'ENOENT') return []
    throw error
  }
}

/** The files without those end-to-end tests that are not of the sample. */
function sampleOf(files) {
  const isLeftOut = (file) => file.startsWith('test/e2e/') && !SAMPLE.has(file.slice('test/e2e/'.length, -'.test.ts'.length))
  return files.filter((file) => !isLeftOut(file))
}

/**
 * Deals files into `count` parts that take about as long as each other, and returns part `index` (from 1): the longest file goes
 * first, each to the part that has least so far. Every file is in one part.
 */
function partOf(files, index, count) {
  const parts = Array.from({length: count}, () => ({seconds: 0, files: []}))
  for (const file of files.toSorted((a, b) => secondsOf(b) - secondsOf(a))) {
    const least = parts.reduce((best, part) => (part.seconds < best.seconds ? part : best))
    least.files.push(file)
    least.seconds += secondsOf(file)
  }
  return parts[index - 1].files
}

function secondsOf(file) {
  return SECONDS[file] ?? SECONDS_OF.find(([folder]) => file.startsWith(folder))[1]
}

module.exports = {testFiles, sampleOf, partOf}
