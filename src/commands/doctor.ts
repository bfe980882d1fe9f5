import {ConductCommand} from '../ui/conduct-command.ts'
import {doctorHere, type DoctorResult} from '../ui/doctor-here.ts'

export default class Doctor extends ConductCommand {
  static override summary = 'Look whether everything that a run needs is there, and say what to type where it is not.'
  static override description = 'Exit code 5 when something is missing.'
  static override examples = ['<%= config.bin %> doctor', '<%= config.bin %> doctor --json']

  async run(): Promise<DoctorResult> {
    await this.parse(Doctor)
    return doctorHere(this)
  }
}
