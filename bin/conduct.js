#!/usr/bin/env node
import {enableCompileCache} from 'node:module'

// Code that was compiled once need not be compiled again: half of the time of a short command.
enableCompileCache?.()

const {start} = await import('../dist/main.js')
await start()
