import {Flags} from '@oclif/core'

/** Flags of `run` and `resume`. */
export const runFlags = {
  agent: Flags.string({char: 'a', summary: 'Agent backend for every role that the config does not set.', helpValue: 'BACKEND'}),
  parallel: Flags.integer({char: 'p', summary: 'Agents at the same time.', min: 1, max: 64}),
  attempts: Flags.integer({summary: 'Attempts for each module, rounds for each phase.', min: 1, max: 100}),
  strict: Flags.boolean({summary: 'A criterion that stays unverified fails its phase.'}),
  record: Flags.string({summary: 'Record every attempt into this folder, for the replay backend.', helpValue: 'DIR'}),
  events: Flags.string({summary: 'Write every event as a line of JSON to a file, or to stdout with "-".', helpValue: 'FILE|-'}),
  quiet: Flags.boolean({char: 'q', summary: 'Print the result only.'}),
  yes: Flags.boolean({char: 'y', summary: 'Ask nothing.'}),
}
