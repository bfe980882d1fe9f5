import {ProtocolError, ProtocolErrorCode} from '@modelcontextprotocol/server'
import {ConductError, EXIT} from '../errors.ts'
import {explainError} from './tool-results.ts'

/** Somebody asked for what is not there, or in a way that cannot be. */
const ASKED_WRONGLY: ReadonlySet<number> = new Set([EXIT.USAGE, EXIT.SPEC, EXIT.NOT_FOUND])

/** What resources, prompts and completions throw, as errors of the protocol, in the words of the tools. @param what was asked for */
export async function toProtocolErrors<T>(what: string, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (error instanceof ProtocolError) throw error
    const {code, message, next} = explainError(what, error)
    const isTheirs = error instanceof ConductError && ASKED_WRONGLY.has(error.oclif.exit)
    const kind = isTheirs ? ProtocolErrorCode.InvalidParams : ProtocolErrorCode.InternalError
    throw new ProtocolError(kind, [`${code}: ${message}`, ...next].join(' '), {code, next})
  }
}
