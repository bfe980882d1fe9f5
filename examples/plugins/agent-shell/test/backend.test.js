import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {describe, it} from 'node:test'
import {agentContract} from 'conduct-cli/plugin/testing'
import {backend} from '../index.js'

const SCRIPTS = {
  finishes: 'printf built > built.txt; echo usage 100 0.5',
  fails: 'echo the reason >&2; exit 1',
  waits: 'echo retry in 3 s >&2; exit 1',
  hangs: 'echo working; exec sleep 300',
}

/**
 * A program that does what the scenario says, in place of a real agent.
 *
 * @param {string} folder @param {import('conduct-cli/plugin/testing').Scenario} scenario
 */
async function prepare(folder, scenario) {
  const program = join(folder, 'agent')
  if (scenario !== 'missing') await writeFile(program, `#!/bin/sh\ncat > /dev/null\n${SCRIPTS[scenario]}\n`, {mode: 0o755})
  return {program}
}

agentContract({backend, prepare}, {describe, it})
