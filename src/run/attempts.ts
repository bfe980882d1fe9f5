import type {Subject} from '../events.ts'
import type {RunContext} from './context.ts'
import {endOf, launchRole, pauseFor, recordingKey} from './launch-role.ts'
import {rolePrompt} from './prompt-values.ts'
import {recordWork, treeOf} from './recording.ts'
import {settleInterrupted} from './recover.ts'
import type {Step} from './step.ts'
import {openWorkplace} from './workplaces.ts'

type AttemptStep = Extract<Step, {type: 'attempt'}>

/** Launches one agent on one piece of work and records how it ended. What it left is committed by the next step. */
export async function performAttempt(context: RunContext, step: AttemptStep): Promise<void> {
  const {log} = context
  const workplace = await openWorkplace(context, step.subject)
  const {path: cwd, startSha} = workplace
  const prompt = rolePrompt(context, {...step, cwd})
  const found = context.recordTo === undefined ? undefined : await treeOf(context, workplace)
  const launched = await launchRole(context, {...step, cwd, startSha, prompt, phaseTimeoutMs: phaseTimeoutOf(context, step.subject)})
  // One that is cancelled is begun again under its number.
  if (context.recordTo !== undefined && found !== undefined && launched.ended.outcome.status !== 'cancelled') {
    await recordWork(context, context.recordTo, {key: recordingKey(log.state, step), workplace, found, ...launched})
  }
  // What a stopped agent had half written must not be what the next one builds on.
  const open = log.state.openAttempts.find(({attempt_id}) => attempt_id === launched.attemptId)
  if (launched.ended.outcome.status === 'cancelled' && open) await settleInterrupted(context, open)
  await log.append(endOf(launched), ...pauseFor(context, step, launched))
}

function phaseTimeoutOf({log}: RunContext, subject: Subject): number | undefined {
  const phase = subject.kind === 'finish' ? undefined : log.state.phases[subject.phase - 1]?.phase
  return phase?.timeoutMs
}
