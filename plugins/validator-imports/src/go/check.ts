import type {ValidatorInput} from 'conduct-cli/plugin'
import type {Checked} from '../check-imports.ts'

export function hasGo(_input: ValidatorInput): boolean {
  return false
}
export async function checkGo(_input: ValidatorInput): Promise<Checked> {
  return {executed: 0, findings: [], evidence: []}
}
