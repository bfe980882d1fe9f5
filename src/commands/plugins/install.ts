import {Args} from '@oclif/core'
import {ConductCommand} from '../../ui/conduct-command.ts'
import {installPluginsHere, type InstallResult} from '../../ui/install-plugins-here.ts'

export default class PluginsInstall extends ConductCommand {
  static override summary = 'Install plugins: a folder, a tarball, a name of the registry, or a git address.'
  static override description =
    'What is installed is a copy: its version stays until you install another or run `plugins update`. ' +
    'No script of the package runs. It is loaded first, and refused when it is no plugin or does not work with this conduct; ' +
    'then everything stays as it was. Exit code 5.'
  static override examples = [
    '<%= config.bin %> plugins install ./conduct-validator-no-print',
    '<%= config.bin %> plugins install ./conduct-validator-no-print-1.0.0.tgz',
    '<%= config.bin %> plugins install conduct-validator-no-print@1.0.0',
    '<%= config.bin %> plugins install https://github.com/someone/conduct-validator-no-print.git',
  ]
  static override aliases = ['plugins:add']
  static override args = {plugin: Args.string({description: 'Plugins to install.', required: true})}
  static override strict = false

  async run(): Promise<InstallResult> {
    const {argv} = await this.parse(PluginsInstall)
    return installPluginsHere(this, argv.map(String))
  }
}
