import {
  createRequestStateCodec,
  inputRequired,
  inputResponse,
  type InputRequiredResult,
  type RequestStateCodec,
  type ServerContext,
} from '@modelcontextprotocol/server'
import {ConductError} from '../errors.ts'

/** What somebody was asked, as it comes back with the answer. */
export interface Question {
  readonly tool: string
  readonly subject: string
}

/** Sealed with a key of this process, so that a client cannot make up that it was asked. */
export type QuestionSeal = RequestStateCodec<Question>

export const createQuestionSeal = (): QuestionSeal => createRequestStateCodec<Question>({key: crypto.getRandomValues(new Uint8Array(32))})

export interface ConfirmationRequest {
  readonly seal: QuestionSeal
  readonly question: Question
  /** For the person who answers. */
  readonly message: string
  /** Can the client ask a person? */
  readonly canAsk: boolean
  /** The call says itself that it is confirmed. */
  readonly isConfirmed: boolean
}

/**
 * Has a person confirm a call.
 *
 * @returns what to answer the client with, so that it asks; `undefined` once it is confirmed
 * @throws {ConductError} `CONFIRMATION_NEEDED` when the client cannot ask, `DECLINED` when the person does not want it
 */
export async function confirmCall({mcpReq}: ServerContext, request: ConfirmationRequest): Promise<InputRequiredResult | undefined> {
  const {seal, question, message, canAsk, isConfirmed} = request
  if (isConfirmed) return undefined
  if (!canAsk) throw needed(message)
  const asked = mcpReq.requestState<Question>()
  const answer = inputResponse(mcpReq.inputResponses, KEY)
  const isSame = asked?.tool === question.tool && asked.subject === question.subject
  if (!isSame || answer.kind !== 'elicit') return ask(seal, question, message)
  if (answer.action === 'accept' && answer.content?.confirm === true) return undefined
  throw new ConductError('DECLINED', 'The person who was asked does not want this; nothing was changed.', [])
}

const KEY = 'confirm'

async function ask(seal: QuestionSeal, question: Question, message: string): Promise<InputRequiredResult> {
  const confirm = {type: 'boolean', title: 'Go on?', description: 'Nothing is changed unless you say yes.'} as const
  const elicit = inputRequired.elicit({message, requestedSchema: {type: 'object', properties: {confirm}, required: ['confirm']}})
  return inputRequired({inputRequests: {[KEY]: elicit}, requestState: await seal.mint(question)})
}

const needed = (message: string) =>
  new ConductError('CONFIRMATION_NEEDED', message, ['Ask the person you work for; then make the same call with confirm: true.'])
