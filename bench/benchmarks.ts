import {measureAttempts} from './attempt.ts'
import {measureLargeRepository} from './large-repository.ts'
import type {Aim, Measurement} from './measure.ts'
import {measureOperations} from './operations.ts'
import {measureOverhead} from './overhead.ts'
import {measureScale} from './scale.ts'
import {measureSpecs} from './spec-parse.ts'
import {measureStartUp} from './start-up.ts'
import {measureStores} from './store.ts'
import {measureValidators} from './validators.ts'

/** One line of `npm run bench`, with all that it measures. */
export interface Benchmark {
  /** What is measured against what. */
  readonly compares: string
  /** Of each figure that brings none of its own. */
  readonly aims: readonly Aim[]
  measure(): readonly Measurement[] | Promise<readonly Measurement[]>
}

/** By name, in the order in which they run. Together they take some ten minutes. */
export const BENCHMARKS: Readonly<Record<string, Benchmark>> = {
  'start-up': {
    compares: 'a short command, against `node -e 0`',
    aims: [{atMost: 2}],
    measure: () => measureStartUp({runs: 20}),
  },
  overhead: {
    compares: 'five phases of ten modules with an agent that returns at once, against a shell script with the bare git commands',
    aims: [{atMost: 1.3}],
    measure: () => [measureOverhead({phases: 5, modules: 10, runs: 3})],
  },
  scale: {
    compares: 'the time of one module in a phase of many, against one in a phase of few',
    aims: [{atMost: 1.2}, {of: 'peak_mb', atMost: 200}],
    measure: () => measureScale([100, 300, 1000]),
  },
  'large-repository': {
    compares: 'worktrees and merges of a phase in a repository of 50,000 files, against plain git in a row',
    aims: [],
    measure: () => measureLargeRepository({files: 50_000, trees: 10, runs: 2}),
  },
  operations: {
    compares: 'an operation, against what store and git take of it; calls through one MCP connection; the state of a long task',
    aims: [],
    measure: () => measureOperations({runs: 30}),
  },
  store: {
    compares: 'one event appended, and a log read, against the bare statements with the same durability',
    aims: [{atMost: 2}],
    measure: () => measureStores({appends: 200, events: 5000}),
  },
  'spec-parse': {
    compares: 'reading a spec, against a tree of Markdown built of it; and other texts, megabyte for megabyte, against that spec',
    aims: [],
    measure: () => measureSpecs({bytes: 1_000_000, runs: 5}),
  },
  attempt: {
    compares: 'an attempt of a program that prints 200 lines of JSON, against the program started bare; many attempts at once',
    aims: [],
    measure: () => measureAttempts({runs: 15, together: 20}),
  },
  validators: {
    compares: 'processor time of `conduct validate` itself, without that of git and tools, against `git grep` over all files',
    aims: [],
    measure: () => measureValidators({files: 10_000, changed: 100, runs: 3}),
  },
}
