#!/usr/bin/env node
'use strict'
// CommonJS, and nothing of Node is loaded that a short command has no need of: each module of Node takes its time.

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `Error: conduct needs Node 22.18 or newer; this is ${process.versions.node}.\n  → Install a newer one: https://nodejs.org\n`,
  )
  process.exit(5)
}

// Code that was compiled once need not be compiled again: half of the time of a short command.
require('node:module').enableCompileCache?.()

// What only looks at records, and help, is in a bundle of its own: the larger one takes longer to load than they to run.
const words = process.argv.slice(2)
const isQuick =
  words.includes('--help') || /^(--version|state|tasks|autocomplete words|checkpoint list|worktree list)( |$)/.test(words.join(' '))
// A long run makes much garbage and keeps little: collecting it early halves what the run occupies. A look
// at what changed is too short for that, and would take a quarter longer.
const isShort = words[0] === 'validate' && words.some((word) => word.startsWith('--since'))
if (!isQuick && !isShort) {
  for (const flag of ['--max-semi-space-size=2', '--optimize-for-size']) require('node:v8').setFlagsFromString(flag)
}

// Not awaited: when a pipe is closed early (`| head`), node would complain of an unsettled await.
void require(isQuick ? '../dist/quick.cjs' : '../dist/conduct.cjs').start()
