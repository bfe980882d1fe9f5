import * as z from 'zod'

/** Ids are minted by conduct; anything else never reaches a path or a ref. */
export const taskId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/)
  .describe('Id of the task, as `start_task` returned it.')

export const requestId = z
  .string()
  .min(1)
  .max(200)
  .optional()
  .describe('The same id again returns the first result instead of acting twice.')

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
})

export const worktree = z.object({
  name: z.string(),
  path: z.string(),
  branch: z.string(),
  base_sha: sha,
  phase: z.string().nullable(),
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
  phases: z.array(z.object({name: z.string(), status, modules: z.array(z.object({name: z.string(), status}))})),
  checkpoints: z.int(),
  last_checkpoint: z.string().nullable(),
  reason: z.string().nullable(),
  exit_code: z.int().nullable(),
})

export type TaskStateView = z.output<typeof taskState>
