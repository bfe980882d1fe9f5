import {isAbsolute, posix, relative, sep} from 'node:path'
import * as z from 'zod'
import {contain, withinLimit} from '../contain.ts'
import {messageOf} from '../errors.ts'
import type {Pause} from './pause.ts'
import type {Finding, Validator, ValidatorInput, Verdict} from './validator.ts'

const findingSchema = z.object({
  message: z.string().min(1),
  file: z.string().optional(),
  line: z.int().positive().optional(),
  test: z.string().optional(),
  preExisting: z.boolean().optional(),
  flaky: z.boolean().optional(),
})

const missingSchema = z.object({tool: z.string().min(1), install: z.string().min(1)})

const verdictSchema = z.object({
  status: z.enum(['pass', 'fail', 'skip']),
  executed: z.int().nonnegative().nullable(),
  findings: z.array(findingSchema),
  evidence: z.string().optional(),
  missing: z.array(missingSchema).optional(),
})

export interface AskLimits {
  readonly limitMs: number
  /** Waiting that is not the validator's doing. */
  readonly pause?: Pause
  /** Ends the programs that it started, when its time is up. */
  abort(): void
}

/** Asks one validator, and answers for it when it throws, returns what is no verdict, or does not end. */
export async function askValidator(validator: Validator, input: ValidatorInput, {limitMs, pause, abort}: AskLimits): Promise<Verdict> {
  const late = () => {
    abort()
    return broken(validator, `did not end within ${Math.round(limitMs / 1000)} s (it follows from limits.validation) and was left behind`)
  }
  try {
    return await withinLimit(answer(validator, input, limitMs), limitMs, late, () => pause?.takeMs() ?? 0)
  } catch (error) {
    if (input.signal.aborted) return broken(validator, 'was stopped')
    return broken(validator, `threw: ${messageOf(error)}`)
  }
}

async function answer(validator: Validator, input: ValidatorInput, limitMs: number): Promise<Verdict> {
  if ((await contain(validator.name, () => validator.applies(input), limitMs)) === false)
    return {status: 'skip', executed: null, findings: [], evidence: 'Nothing here for it.'}
  const parsed = verdictSchema.safeParse(await contain(validator.name, () => validator.run(input), limitMs))
  if (!parsed.success) return broken(validator, `returned what is no verdict: ${oneLine(parsed.error)}`)
  const findings = parsed.data.findings.map((finding) => placeIn(input.cwd, finding))
  return withoutVacuousPass(validator, withMissing({...parsed.data, findings}))
}

function oneLine(error: z.ZodError): string {
  return error.issues.map(({path, message}) => `${path.join('.') || 'verdict'}: ${message}`).join('; ')
}

/** Files are named relative to the tree: of an absolute path in it the rest is kept, of one that leads out of it nothing. */
function placeIn(cwd: string, {file, line, ...finding}: Finding): Finding {
  if (file === undefined) return finding
  const path = posix.normalize((isAbsolute(file) ? relative(cwd, file) : file).split(sep).join('/'))
  if (path === '..' || path.startsWith('../') || isAbsolute(path)) return finding
  return {...finding, file: path, ...(line === undefined ? {} : {line})}
}

/** What could not be asked has not passed; the findings say so too, for those who read nothing else. */
function withMissing({missing = [], ...verdict}: Verdict): Verdict {
  if (missing.length === 0) return verdict
  const findings = missing.map(({tool, install}) => ({message: `${tool} is not installed: ${install}`}))
  return {...verdict, status: 'fail', findings: [...findings, ...verdict.findings], missing}
}

/** Zero tests, files or rules prove nothing; a `fail` without a word is of no use to anyone. */
function withoutVacuousPass({name}: Validator, verdict: Verdict): Verdict {
  if (verdict.status === 'pass' && verdict.executed === 0) {
    return {...verdict, status: 'fail', findings: [...verdict.findings, {message: `The validator \`${name}\` checked nothing.`}]}
  }
  if (verdict.status !== 'fail' || verdict.findings.length > 0) return verdict
  return {...verdict, findings: [{message: `The validator \`${name}\` failed without a finding. ${verdict.evidence ?? ''}`.trimEnd()}]}
}

function broken({name}: Validator, what: string): Verdict {
  return {status: 'fail', executed: null, findings: [{message: `The validator \`${name}\` is broken: it ${what}.`}]}
}
