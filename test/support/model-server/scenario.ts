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
  /** Several are asked for in one message; a function makes them of what was asked: of what a tool answered before. */
  readonly do?: Actions | ((asked: Asked) => Actions)
  readonly usage?: Partial<TurnUsage>
  /** The request is refused, before anything is streamed. */
  readonly error?: TurnError
  /** No answer comes, until the client goes away. */
  readonly hangs?: boolean
  /** The connection breaks in the middle of the answer. */
  readonly cut?: boolean
}

export type Actions = Action | readonly Action[]

/** What a request asks, in whatever format it came. */
export interface Asked {
  readonly model: string
  /** Names of the tools that the agent offers. */
  readonly tools: readonly string[]
  /** The whole body as text, to find the scenario that it belongs to. */
  readonly text: string
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
  readonly calls: readonly ToolCall[]
  readonly usage: TurnUsage
  readonly model: string
}
