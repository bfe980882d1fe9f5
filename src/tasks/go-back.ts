import type {RaisedLimits} from '../events.ts'
import {integrationRef} from '../git/ref-names.ts'
import {withoutCircles} from './circles.ts'
import {phasesOf} from './phases.ts'
import {askAgain} from './reviews.ts'
import {NO_WORK, type CheckpointRecord, type FinishState, type ModuleState, type TaskState, type Work} from './state.ts'

/** A failed task goes on where it stopped; spent attempts stay spent (`attempts.granted` allows more). */
export function reopen(state: TaskState, limits: RaisedLimits | undefined): TaskState {
  const phases = state.phases.map((phase) =>
    phase.stage === 'failed'
      ? {...phase, stage: 'building' as const, modules: phase.modules.map(reopenModule), fix: reopenWork(phase.fix)}
      : phase,
  )
  return {
    ...state,
    status: 'pending',
    phases: phases.map((phase) => (phase.stage === 'complete' ? phase : askAgain(phase))),
    finish: reopenFinish(state.finish),
    ending: undefined,
    pause: undefined,
    overdrawn: undefined,
    cancelRequested: false,
    raisedLimits: {...state.raisedLimits, ...limits},
  }
}

function reopenFinish(finish: FinishState): FinishState {
  const {fix, merge, audit} = finish
  return {
    ...askAgain(finish),
    blocked: undefined,
    fix: reopenWork(fix),
    merge: reopenWork(merge),
    ...(audit ? {audit: {...audit, work: {...audit.work, hopeless: undefined}}} : {}),
  }
}

function reopenModule(module: ModuleState): ModuleState {
  if (module.stage !== 'failed') return module
  const stage = module.conflicts.length > 0 ? 'conflicted' : 'working'
  return {...module, stage, work: reopenWork(module.work), merge: reopenWork(module.merge)}
}

function reopenWork(work: Work): Work {
  return withoutCircles({...work, hopeless: undefined})
}

/**
 * The state at a checkpoint: complete is what was complete with it or with one that it stands on. So a rollback that is rolled
 * back brings its phases back too.
 */
export function rollBack(state: TaskState, checkpointId: string): TaskState {
  const lineage = lineageOf(state.checkpoints, checkpointId)
  const valid = state.completions.filter(({checkpointId: id}) => lineage.has(id))
  const fresh = phasesOf(state.started.task_id, state.started.spec?.parsed)
  const phases = fresh.map((phase) => valid.findLast(({index}) => index === phase.phase.index)?.phase ?? phase)
  const unlistedPhases = [...new Set(valid.flatMap(({index, name}) => (index === 0 ? [name] : [])))]
  const target = state.checkpoints.find(({id}) => id === checkpointId)
  const isIntegration = target?.branch === integrationRef(state.started.task_id)
  const lastComplete = state.checkpoints.find(({id}) => id === valid.at(-1)?.checkpointId)
  const finish: FinishState = {fix: NO_WORK, merge: NO_WORK, merging: false}
  return {
    ...reopen(state, undefined),
    phases,
    unlistedPhases,
    finish,
    integrationSha: isIntegration ? target.sha : (lastComplete?.sha ?? state.started.base.sha),
    standsOn: checkpointId,
    openRollback: undefined,
  }
}

/** The checkpoint and all that it stands on. */
function lineageOf(checkpoints: readonly CheckpointRecord[], id: string): ReadonlySet<string> {
  const after = new Map(checkpoints.map((checkpoint) => [checkpoint.id, checkpoint.after]))
  const lineage = new Set<string>()
  for (let next: string | undefined = id; next !== undefined && !lineage.has(next); next = after.get(next)) lineage.add(next)
  return lineage
}
