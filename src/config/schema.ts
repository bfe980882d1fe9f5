import * as z from 'zod'
import {PERMISSIONS, ROLES} from '../agents/agent.ts'
import {findSandboxProblem, SANDBOXES} from '../agents/sandbox/settings.ts'
import {parseDuration} from './duration.ts'

const duration = z
  .union([z.int().positive(), z.string()])
  .transform((value, context) => {
    const ms = typeof value === 'number' ? value : parseDuration(value)
    if (ms !== undefined) return ms
    context.addIssue({code: 'custom', message: 'Expected a duration such as "30s", "10m" or "2h", or milliseconds.'})
    return z.NEVER
  })
  .meta({title: 'duration', description: 'A duration: "30s", "10m", "2h", or milliseconds.'})

const permissions = z.enum(PERMISSIONS)
const price = z.number().nonnegative()

const agentChoice = z.strictObject({
  backend: z.string().describe('Agent backend, by name.'),
  model: z.string().optional().describe('Model, by the name that the backend knows.'),
})

const fallbacks = z.array(
  z.union([z.string().transform((backend): {backend: string; model?: string | undefined} => ({backend})), agentChoice]),
)

const roleLimits = z.strictObject({
  time: duration.optional().describe('As `limits.agentTimeout`; the `Timeout:` of a phase beats both.'),
  silence: duration.optional().describe('As `limits.silence`.'),
  turns: z.int().min(1).optional().describe('As `limits.turns`.'),
  tokens: z.int().positive().optional().describe('As `limits.attemptTokens`.'),
  usd: z.number().positive().optional().describe('As `limits.attemptUsd`.'),
})

const role = z.strictObject({
  backend: z.string().optional().describe('Agent backend for this role; `agents.default` when absent.'),
  model: z.string().optional().describe('Model for this role, by the name that the backend knows.'),
  fallbacks: fallbacks.optional().describe('Who takes over, in this order; `agents.fallbacks` when absent.'),
  escalate: agentChoice.optional().describe('Who is sent in when the agents of this role go round in circles; see `limits.circular`.'),
  prompt: z.string().optional().describe('Markdown file that replaces the built-in prompt, relative to the repository.'),
  permissions: permissions
    .optional()
    .describe('What this role may do; when absent `agents.permissions`, and `read` for those who review and audit.'),
  limits: roleLimits.optional().describe('Limits of an attempt in this role, which beat the general ones.'),
})

const prices = z.strictObject({
  input: price.describe('US dollars for a million tokens of input.'),
  output: price.describe('For a million tokens of output.'),
  cacheRead: price.optional().describe('For a million that came from a cache; as `input` when absent.'),
  cacheWrite: price.optional().describe('For a million that were written to a cache; as `input` when absent.'),
})

const validatorEntry = z.union([
  z.string(),
  z.strictObject({
    use: z.string().describe('Name of a validator, or path of a local file such as `./tools/no-print.ts`.'),
    options: z.unknown().optional().describe('What the validator is told; see its own page.'),
  }),
])

const patience = duration.prefault('10m').describe('How long a run waits for a store that is gone, while its agents go on.')

const tls = z.strictObject({
  ca: z
    .string()
    .optional()
    .describe('PEM file of the authority that signed the certificate of the server; the well-known ones when absent.'),
  cert: z.string().optional().describe('PEM file of your own certificate, for a server that wants one.'),
  key: z.string().optional().describe('PEM file of its key.'),
  verify: z.boolean().default(true).describe('`false` talks to whoever answers: for a trial only.'),
})

const STORE_KIND = 'Where the logs of tasks live: one SQLite file (the default), or a Redis server.'

const store = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('embedded').describe(STORE_KIND),
    path: z.string().optional().describe('File of the embedded store; `state.db` in the state directory when absent.'),
    patience,
  }),
  z.strictObject({
    kind: z.literal('redis').describe(STORE_KIND),
    url: z
      .url({protocol: /^rediss?$/, error: 'Expected a redis:// or rediss:// URL.'})
      .describe('Address of the Redis server: `redis://` or `rediss://`.'),
    prefix: z
      .string()
      .regex(/^[\w.:-]{1,64}$/, 'Expected letters, digits and _ . : - only.')
      .default('conduct')
      .describe('What the names of all keys begin with; stores with other prefixes do not see each other.'),
    tls: tls.optional().describe('TLS of `rediss://`; paths are relative to the repository.'),
    patience,
    allowVolatile: z.boolean().default(false).describe('Accept a Redis that forgets what it was told when it stops.'),
  }),
])

const SANDBOX_KIND =
  'What agents are shut in: `none` (the default), `bwrap`, or `srt`, which can tell hosts apart. `"sandbox": "bwrap"` is short for it. See docs/sandbox.md.'

const sandbox = z
  .union([
    z.enum(SANDBOXES),
    z.strictObject({
      kind: z.enum(SANDBOXES).describe(SANDBOX_KIND),
      write: z.array(z.string()).optional().describe('Further paths that agents may write: `~/…`, absolute, or from the repository.'),
      hide: z.array(z.string()).optional().describe('Further paths that agents are not to see.'),
      network: z
        .union([z.enum(['all', 'none']), z.array(z.string().min(1))])
        .optional()
        .describe('What agents reach: `all` (the default), `none`, or with `srt` these hosts: `api.anthropic.com`, `*.npmjs.org`.'),
    }),
  ])
  .superRefine((value, context) => {
    const problem = findSandboxProblem(value)
    if (problem !== undefined) context.addIssue({code: 'custom', message: problem})
  })

/** Types, defaults, checks and `schema/config.json` all come from here. Unknown keys are errors. */
export const configSchema = z.strictObject({
  $schema: z.string().optional().describe('Address of the JSON Schema, for editors.'),
  spec: z.string().default('.spec/SPEC.md').describe('The spec, relative to the repository.'),
  strict: z.boolean().default(false).describe('A criterion that stays unverified fails its phase.'),
  agents: z
    .strictObject({
      default: z.string().default('claude').describe('Agent backend of every role that names none.'),
      fallbacks: fallbacks
        .default([])
        .describe('Who takes over, in this order, when an agent is missing, rate-limited or failed for good: names, or backend and model.'),
      roles: z.partialRecord(z.enum(ROLES), role).default({}).describe('Settings of single roles.'),
      backends: z.record(z.string(), z.unknown()).default({}).describe('Options of each backend, by name.'),
      permissions: permissions
        .default('full')
        .describe('What agents may do: `read` files; `edit` those of the worktree as well; `full`: whatever you may.'),
      prices: z.record(z.string(), prices).default({}).describe('Prices by model, for agents that do not say what they cost.'),
      env: z.array(z.string()).default([]).describe('Further environment variables that agents may see; `NAME` or `PREFIX_*`.'),
    })
    .prefault({}),
  review: z
    .strictObject({
      criteria: z
        .boolean()
        .default(true)
        .describe('Criteria that no check settles are put to an agent, the `code-reviewer`, whose evidence is checked.'),
      security: z
        .enum(['off', 'low', 'medium', 'high'])
        .default('off')
        .describe('The merge waits for a `security-auditor`; what it finds of this severity or above must be mended first.'),
    })
    .prefault({}),
  validators: z.array(validatorEntry).optional().describe('Which validators run; all that apply when absent.'),
  limits: z
    .strictObject({
      parallel: z.int().min(1).max(64).default(4).describe('Agents at the same time.'),
      agentMemory: z
        .int()
        .min(0)
        .default(600)
        .describe(
          'Memory that an agent is expected to need, in MiB: no agent begins, but for the first, where less is free. 0: not minded.',
        ),
      attempts: z.int().min(1).max(100).default(3).describe('Attempts for each module, and rounds of validation for each phase.'),
      circular: z
        .boolean()
        .default(true)
        .describe('Agents that go round in circles are started afresh, and stopped when that does not help, though attempts are left.'),
      agentTimeout: duration.prefault('30m').describe('An attempt that takes longer is stopped.'),
      silence: duration.prefault('10m').describe('An agent that says nothing for so long is stopped.'),
      turns: z.int().min(1).default(500).describe('How often an agent may ask its model in one attempt.'),
      attemptUsd: z.number().positive().optional().describe('An attempt that costs more US dollars is stopped, and has failed.'),
      attemptTokens: z.int().positive().optional().describe('An attempt that uses more tokens is stopped, and has failed.'),
      validation: duration.prefault('15m').describe('Limit for one test command or validator.'),
      usd: z.number().positive().optional().describe('Budget of a task in US dollars.'),
      tokens: z.int().positive().optional().describe('Budget of a task in tokens.'),
      phaseUsd: z.number().positive().optional().describe('Budget of each phase in US dollars.'),
      phaseTokens: z.int().positive().optional().describe('Budget of each phase in tokens.'),
      moduleUsd: z.number().positive().optional().describe('Budget of each module in US dollars.'),
      moduleTokens: z.int().positive().optional().describe('Budget of each module in tokens.'),
      taskTime: duration.optional().describe('Time that the agents of a task may work, added up.'),
      phaseTime: duration.optional().describe('Time that the agents of a phase may work, added up.'),
      moduleTime: duration.optional().describe('Time that the agents of a module may work, added up.'),
      taskTurns: z.int().positive().optional().describe('How often the agents of a task may ask their models.'),
      phaseTurns: z.int().positive().optional().describe('How often the agents of a phase may ask their models.'),
      moduleTurns: z.int().positive().optional().describe('How often the agents of a module may ask their models.'),
      exclusiveTests: z
        .boolean()
        .default(true)
        .describe('One test suite at a time on this machine: suites that run side by side make each other slow and flaky.'),
      rateLimitWait: duration.prefault('6h').describe('Pauses longer than this end the run with exit code 9.'),
    })
    .prefault({}),
  worktrees: z
    .strictObject({
      dir: z.string().optional().describe('Where worktrees are made; the state directory when absent.'),
      setup: z.array(z.string()).default([]).describe('Shell commands run in each new worktree.'),
      copy: z.array(z.string()).default([]).describe('Untracked files copied into each new worktree, such as `.env`.'),
    })
    .prefault({}),
  finish: z
    .strictObject({
      merge: z
        .enum(['merge', 'ff', 'squash', 'none'])
        .default('merge')
        .describe('How the work reaches the branch you started from; `none` leaves it on its own branch.'),
      approve: z.boolean().default(false).describe('The verified result waits for `conduct approve` before it is merged.'),
    })
    .prefault({}),
  store: store.prefault({kind: 'embedded'}),
  sandbox: sandbox.default('none').describe(SANDBOX_KIND),
})

/** What the rest of conduct sees: every default filled in. */
export type Config = z.output<typeof configSchema>
/** What a person writes. */
export type ConfigInput = z.input<typeof configSchema>
