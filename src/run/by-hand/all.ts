import {getPhases} from './get-phases.ts'
import {mergeModule} from './merge-module.ts'
import {validatePhase} from './validate-phase.ts'

/**
 * What an agent or a person who conducts a task by hand needs besides the ten operations: the parts of a run that they need
 * not decide, nor do by themselves.
 */
export const byHandOperations = [getPhases, validatePhase, mergeModule] as const
