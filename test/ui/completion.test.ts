import assert from 'node:assert/strict'
import {completeWords, type CommandShape, type FlagShape} from '../../src/ui/completion.ts'

const flag = (name: string, more: Partial<FlagShape> = {}): FlagShape => ({name, summary: '', takesValue: false, options: [], ...more})
const task = flag('task', {char: 't', takesValue: true})
const command = (id: string, args: readonly string[] = [], flags: readonly FlagShape[] = []): CommandShape => ({
  id,
  summary: id,
  args,
  flags,
})

const COMMANDS = [
  command('state', [], [task, flag('json')]),
  command('start', ['description']),
  command('checkpoint', ['phase'], [task]),
  command('checkpoint:list', [], [task]),
  command('phase:complete', ['phase'], [flag('checkpoint', {takesValue: true}), task]),
  command('run', [], [flag('agent', {takesValue: true, options: ['claude', 'command']})]),
]

const complete = (...words: readonly string[]) => {
  const {candidates, value} = completeWords(words, COMMANDS)
  return [...candidates.map(({word}) => word), ...(value === undefined ? [] : [`<${value}>`])]
}

describe('what could stand at the cursor', () => {
  it('is a command, or the second word of one', () => {
    assert.deepEqual(complete('st'), ['state', 'start'])
    assert.deepEqual(complete('ph'), ['phase'])
    assert.deepEqual(complete('phase', ''), ['complete'])
    assert.deepEqual(complete('checkpoint', 'l'), ['list', '<phase>'])
  })

  it('is a flag of the command, behind its arguments too, and not twice', () => {
    assert.deepEqual(complete('checkpoint', 'Setup', '--t'), ['--task'])
    assert.deepEqual(complete('phase', 'complete', 'Setup', '-'), ['--checkpoint', '--task', '--help'])
    assert.deepEqual(complete('state', '--json', '--j'), [])
  })

  it('is a value of the flag before it, however the shell cuts the words', () => {
    assert.deepEqual(complete('run', '--agent', 'c'), ['claude', 'command', '<agent>'])
    assert.deepEqual(complete('state', '-t', ''), ['<task>'])
    assert.deepEqual(complete('state', '--task', '=', 'k3'), ['<task>'])
    assert.deepEqual(complete('state', '--task', '='), ['<task>'])
    const {value, typed, before} = completeWords(['state', '--task=k3'], COMMANDS)
    assert.deepEqual([value, typed, before], ['task', 'k3', '--task='])
  })

  it('is the argument whose turn it is: values of flags are none', () => {
    assert.deepEqual(complete('phase', 'complete', '--checkpoint', 'c1', ''), ['<phase>'])
    assert.deepEqual(complete('phase', 'complete', '--checkpoint', 'c1', 'Setup', ''), [])
  })

  it('knows the task that is named in the line, and what quotes mean', () => {
    assert.equal(completeWords(['checkpoint', '--task', 'k3', ''], COMMANDS).task, 'k3')
    assert.equal(completeWords(['checkpoint', '--task=k3', ''], COMMANDS).task, 'k3')
    assert.equal(completeWords(['checkpoint', '"Set up'], COMMANDS).typed, 'Set up')
    assert.equal(completeWords(['checkpoint', 'Set\\ u'], COMMANDS).typed, 'Set u')
  })

  it('is nothing behind a command that nobody knows', () => {
    assert.deepEqual(complete('nonsense', ''), [])
  })
})
