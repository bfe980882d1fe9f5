import * as z from 'zod'
import {JUDGES} from '../judge.ts'

/** Ids are minted by conduct; anything else never reaches a path or a ref. */
export const taskId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'This is no id of a task; one looks like "k3f9abcd".')
  .describe('Id of the task, as `start_task` returned it.')

/** Nothing that a terminal would obey, or that would break a line of a commit message. */
// oxlint-disable-next-line no-control-regex
const ONE_LINE = /^[^\u0000-\u001f\u007f-\u009f\u2028\u2029]*$/u

/** A name for people: of a phase, of a moment. */
export const label = z
  .string()
  .min(1, 'Say a name.')
  .max(200, 'Use at most 200 characters.')
  .regex(ONE_LINE, 'Use one line without control characters.')

/** One sentence, or a few lines. */
export const text = z
  .string()
  .min(1, 'Say something.')
  .max(2000, 'Use at most 2000 characters.')
  // oxlint-disable-next-line no-control-regex
  .regex(/^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]*$/u, 'Use no control characters but line breaks.')

export const checkpointId = label.describe('Id of a checkpoint of this task, as `create_checkpoint` returned it.')

/** A folder, or a file in one. */
export const workingDirectory = z
  .string()
  .min(1, 'Name a path, or leave it out.')
  .max(4096, 'Use at most 4096 characters.')
  .refine((path) => !path.includes('\0'), 'A path has no NUL in it.')

export const requestId = label.optional().describe('The same id again returns the first result instead of acting twice.')

export const status = z.enum(['pending', 'running', 'waiting', 'failed', 'complete', 'cancelled'])

export const sha = z.string().regex(/^[0-9a-f]{40,64}$/)

export const checkpoint = z.object({
  id: z.string(),
  sha,
  message: z.string(),
  phase: z.string(),
  branch: z.string(),
  created_at: z.string(),
  safety: z.boolean(),
  staged_ref: z.string().nullable(),
})

export const worktree = z.object({
  name: z.string(),
  path: z.string(),
  branch: z.string(),
  base_sha: sha,
  phase: z.string().nullable(),
})

/** A success criterion, and what proves it. */
export const judgedCriterion = z.object({
  id: z.string().describe('`p2.c1`: the first criterion of the second phase.'),
  text: z.string(),
  verdict: z.enum(['met', 'unmet', 'unverified']),
  judge: z.enum(JUDGES).describe('Who settled it; `reviewer` is an agent whose evidence was checked.'),
  check: z.string().describe('The check that settled it.'),
  evidence: z.string(),
})

export const taskState = z.object({
  task_id: z.string(),
  status,
  description: z.string(),
  working_directory: z.string(),
  base: z.object({branch: z.string(), sha}),
  spec: z.string().nullable(),
  phases_complete: z.array(z.string()),
  current_phase: z.string().nullable(),
  phases: z.array(
    z.object({
      name: z.string(),
      status,
      modules: z.array(z.object({name: z.string(), status})),
      validation: z.object({passed: z.boolean(), sha}).nullable().describe('The last time that the phase was checked, and the commit.'),
      criteria: z.array(judgedCriterion),
    }),
  ),
  checkpoints: z.int(),
  last_checkpoint: z.string().nullable(),
  reason: z.string().nullable(),
  exit_code: z.int().nullable(),
})

export type TaskStateView = z.output<typeof taskState>

export type CheckpointView = z.output<typeof checkpoint>

export type WorktreeView = z.output<typeof worktree>
