import {Args, Flags} from '@oclif/core'
import {ConductCommand} from '../../ui/conduct-command.ts'
import {storeExportHere, type ExportResult} from '../../ui/store-export-here.ts'

export default class StoreExport extends ConductCommand {
  static override summary = 'Write the logs of tasks to a file: the tasks of this repository, unless others are named.'
  static override description =
    'One line of JSON an event. An export holds everything that a task has recorded: specs, prompts, findings, and the commands of its configuration.'
  static override examples = [
    '<%= config.bin %> store export tasks.ndjson',
    '<%= config.bin %> store export --all | CONDUCT_STORE=redis://localhost <%= config.bin %> store import',
  ]
  static override args = {file: Args.string({description: 'File to write, or - for stdout.', default: '-'})}
  static override flags = {
    task: Flags.string({char: 't', summary: 'Task id, or the beginning of one.', helpValue: 'ID', multiple: true, exclusive: ['all']}),
    all: Flags.boolean({char: 'a', summary: 'The tasks of every repository.'}),
  }

  async run(): Promise<ExportResult> {
    const {args, flags} = await this.parse(StoreExport)
    return storeExportHere(this, {file: args.file, wanted: flags.task ?? [], all: flags.all})
  }
}
