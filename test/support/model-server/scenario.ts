/** What a scripted model does, as data: the same for every wire format. */

export interface Scenario {
  /** Requests that hold this text anywhere belong to this scenario; the first that fits counts, one without takes all. */
  readonly match?: string
  /** Where the paths of `write` are meant from. */
  readonly cwd?: string
  /** One answer each, in order. Later requests hear that the script is over. */
  readonly turns: readonly Turn[]
  /** The last turn is repeated without end. */
  readonly loop?: boolean
}

/** One answer of the model. */
export interface Turn {
  readonly say?: string
  readonly do?: Action
  readonly usage?: Partial<TurnUsage>
  /** The request is refused, before anything is streamed. */
  readonly error?: TurnError
  /** No answer comes, until the client goes away. */
  readonly hangs?: boolean
  /** The connection breaks in the middle of the answer. */
  readonly cut?: boolean
}

/** Put into the words of whatever tools the agent offers. */
export type Action =
  | {readonly write: {readonly path: string; readonly content: string}}
  | {readonly shell: string}
  | {readonly mcp: {readonly server: string; readonly tool: string; readonly args?: Arguments}}
  /** A tool by its own name. */
  | {readonly call: {readonly name: string; readonly args: Arguments}}

export type Arguments = Readonly<Record<string, unknown>>

/** Tokens. `input` counts all that was read, `cached` of it too; `reasoning` is a part of `output`. */
export interface TurnUsage {
  readonly input: number
  readonly output: number
  readonly cached: number
  readonly reasoning: number
}

export interface TurnError {
  readonly status: number
  readonly type?: string
  readonly message?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** A call of a tool that the agent offers. */
export interface ToolCall {
  readonly name: string
  readonly args: Arguments
}

/** A turn as a dialect writes it. */
export interface Answer {
  readonly turn: Turn
  readonly call?: ToolCall
  readonly usage: TurnUsage
  readonly model: string
}
