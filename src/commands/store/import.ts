import {Args} from '@oclif/core'
import {ConductCommand} from '../../ui/conduct-command.ts'
import {storeImportHere} from '../../ui/store-import-here.ts'

export default class StoreImport extends ConductCommand {
  static override summary = 'Bring the tasks of an export into this store.'
  static override description =
    'The whole file is checked first, and nothing is written when anything is wrong. Tasks that are here already are left alone. Import only what you trust: resuming a task runs the commands that it carries.'
  static override examples = [
    '<%= config.bin %> store import tasks.ndjson',
    'ssh build-host conduct store export --all | <%= config.bin %> store import -',
  ]
  static override args = {file: Args.string({description: 'File to read, or - for stdin.', default: '-'})}

  async run(): ReturnType<typeof storeImportHere> {
    const {args} = await this.parse(StoreImport)
    return storeImportHere(this, args.file)
  }
}
