import type {ValidatorInput} from 'conduct-cli/plugin'

/** Whether the phase has `Files:`. */
export function namesFiles({phase}: Pick<ValidatorInput, 'phase'>): boolean {
  return phase !== undefined && phase.files.length > 0
}
