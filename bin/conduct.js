#!/usr/bin/env node
import {createRequire, enableCompileCache} from 'node:module'

// Code that was compiled once need not be compiled again: half of the time of a short command.
enableCompileCache?.()

// What only looks at records, and help, is in a bundle of its own: the larger one takes longer to load than they to run.
const words = process.argv.slice(2)
const isQuick = words.includes('--help') || /^(--version|state|tasks|checkpoint list|worktree list)( |$)/.test(words.join(' '))

const {start} = createRequire(import.meta.url)(isQuick ? '../dist/quick.cjs' : '../dist/conduct.cjs')

// Not awaited at the top level: when a pipe is closed early (`| head`), node would complain of an unsettled await.
void start()
