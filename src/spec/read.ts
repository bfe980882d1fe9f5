import {readFile} from 'node:fs/promises'
import {ConductError} from '../errors.ts'
import {hashSpec} from './hash.ts'
import {parseSpec, type ParsedSpec} from './parse.ts'
import {renderProblems} from './problem.ts'
import type {Spec} from './spec.ts'

export interface SpecFile extends ParsedSpec {
  readonly text: string
  readonly sha256: string
}

/**
 * A spec that can be run.
 *
 * @throws {ConductError} `SPEC_NOT_FOUND`; `SPEC_INVALID` with every problem
 */
export async function readSpec(path: string): Promise<{readonly text: string; readonly sha256: string; readonly spec: Spec}> {
  const {text, sha256, spec, problems} = await readSpecFile(path)
  const errors = problems.filter(({severity}) => severity === 'error')
  if (errors.length === 0) return {text, sha256, spec}
  const message = `The spec cannot be run:\n${renderProblems(path, errors)}`
  throw new ConductError('SPEC_INVALID', message, ['Mend the spec, then `conduct spec check`.'])
}

/**
 * A spec with its problems, if any.
 *
 * @throws {ConductError} `SPEC_NOT_FOUND` when there is no file, or it cannot be read
 */
export async function readSpecFile(path: string): Promise<SpecFile> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new ConductError('SPEC_NOT_FOUND', `Cannot read a spec at ${path}.`, ['`conduct spec init` writes one to start from.'], cause)
  })
  return {...parseSpec(text), text, sha256: hashSpec(text)}
}
