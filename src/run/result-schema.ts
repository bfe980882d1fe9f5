import * as z from 'zod'
import {judgedCriterion, status} from '../tasks/operations/schemas.ts'
import type {PhaseResult, RunResult, VerdictResult} from './result.ts'

/** `RunResult` for programs in other languages: `schema/run-result.json` is made from it. */

const verdict: z.ZodType<VerdictResult> = z.object({
  validator: z.string(),
  status: z.enum(['pass', 'fail', 'skip']),
  executed: z.int().nullable().describe('How many tests or files were checked; null when that cannot be counted.'),
  findings: z.array(z.object({message: z.string(), file: z.string().nullable(), line: z.int().nullable().describe('Counts from 1.')})),
})

const phase: z.ZodType<PhaseResult> = z.object({
  name: z.string(),
  status,
  checkpoint: z.object({id: z.string(), sha: z.string()}).nullable(),
  attempts: z.int().describe('Validations of the phase: one, and one more for each repair.'),
  modules: z.array(z.object({name: z.string(), status, attempts: z.int(), branch: z.string()})),
  verdicts: z.array(verdict),
  criteria: z.array(judgedCriterion),
})

/** What `conduct run --json` and `conduct resume --json` print. */
export const runResultSchema: z.ZodType<RunResult> = z.object({
  task_id: z.string(),
  status,
  exit_code: z.int().describe('The exit code of the command: docs/exit-codes.md.'),
  reason: z.string().describe('What happened, and what to do next.'),
  base: z.object({branch: z.string(), sha: z.string()}),
  sha: z.string().describe('Commit that holds the result so far: the merge when complete, else the tip of the integration branch.'),
  phases: z.array(phase),
  usage: z.object({tokens: z.number(), usd: z.number()}),
})
