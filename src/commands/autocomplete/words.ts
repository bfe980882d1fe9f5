import type {Command} from '@oclif/core'
import {completeWords, matching, type Candidate, type CommandShape} from '../../ui/completion.ts'
import {readCandidates} from '../../ui/completion-values.ts'
import {ConductCommand} from '../../ui/conduct-command.ts'

export default class AutocompleteWords extends ConductCommand {
  static override summary = 'Print the words that could stand at the cursor: what the scripts of `autocomplete` ask.'
  static override hidden = true
  static override strict = false
  static override enableJsonFlag = false

  async run(): Promise<void> {
    const {argv} = await this.parse(AutocompleteWords)
    const commands = this.config.commands.filter(({hidden}) => !hidden).map((command) => toShape(command, this.config.bin))
    const {candidates, value, typed, before, task} = completeWords(argv.map(String), commands)
    const values = value === undefined ? [] : await this.readValues(value, task)
    const lines = [...candidates, ...matching(values, typed)].map(({word, about}) => `${before}${word}\t${about.replaceAll(/\s+/g, ' ')}`)
    if (lines.length > 0) this.log(lines.join('\n'))
  }

  /** Whatever is wrong is not to be said in the middle of a line that somebody types. */
  private async readValues(value: string, task: string | undefined): Promise<readonly Candidate[]> {
    const app = await this.openApp().catch(() => undefined)
    if (!app) return []
    try {
      return await readCandidates(app, value, task).catch(() => [])
    } finally {
      await app[Symbol.asyncDispose]()
    }
  }
}

function toShape({id, summary, description, flags, args}: Command.Loadable, bin: string): CommandShape {
  return {
    id,
    summary: (summary ?? description ?? '').replaceAll('<%= config.bin %>', bin),
    args: Object.keys(args),
    flags: Object.values(flags)
      .filter(({hidden}) => !hidden)
      .map((flag) => ({
        name: flag.name,
        ...(flag.char === undefined ? {} : {char: flag.char}),
        summary: flag.summary ?? flag.description ?? '',
        takesValue: flag.type === 'option',
        options: flag.type === 'option' ? (flag.options ?? []) : [],
      })),
  }
}
