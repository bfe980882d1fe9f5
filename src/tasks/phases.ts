import {branchRef} from '../git/refs.ts'
import type {Phase, Spec} from '../spec/spec.ts'
import {NO_WORK, type PhaseState} from './state.ts'

/** The phases of a spec before anything has happened. */
export function phasesOf(taskId: string, spec: Spec | undefined): readonly PhaseState[] {
  return (spec?.phases ?? []).map((phase) => pendingPhase(taskId, phase))
}

function pendingPhase(taskId: string, phase: Phase): PhaseState {
  return {
    phase,
    stage: 'pending',
    baseSha: '',
    granted: 0,
    fix: NO_WORK,
    modules: phase.modules.map(({name, slug}) => ({
      name,
      slug,
      stage: 'pending',
      work: NO_WORK,
      merge: NO_WORK,
      conflicts: [],
      branch: branchRef(taskId, phase.index, slug),
    })),
  }
}
