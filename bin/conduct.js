#!/usr/bin/env node
import * as nodeModule from 'node:module'

// Code that was compiled once need not be compiled again: half of the time of a short command.
nodeModule.enableCompileCache?.()

// Not awaited at the top level: when a pipe is closed early (`| head`), node would complain of an unsettled await.
void import('../dist/main.js').then(({start}) => start())
