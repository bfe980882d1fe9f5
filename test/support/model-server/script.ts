import path from 'node:path'
import {toToolCall, canWork} from './tools.ts'
import type {Answer, Scenario, Turn} from './scenario.ts'

/** What a request asks, in whatever format it came. */
export interface Asked {
  readonly model: string
  /** Names of the tools that the agent offers. */
  readonly tools: readonly string[]
  /** The whole body as text, to find the scenario that it belongs to. */
  readonly text: string
}

/** Which turn a request got; `turn` is absent for one beside the work: a title, a routing. */
export interface Step {
  readonly answer: Answer
  readonly turn?: number
}

const OVER: Turn = {say: 'The script is over.'}
/** Agents ask for titles and for routes to a model, in JSON; this answers all that were seen. */
const ASIDE: Turn = {say: '{"title":"scripted","model_choice":"flash","reasoning":"scripted","complexity_score":1}'}

/** Keeps the place in each scenario: every request that offers tools to work with takes a turn. */
export class Script {
  readonly #scenarios: readonly Scenario[]
  readonly #places = new Map<Scenario, number>()

  constructor(scenarios: readonly Scenario[]) {
    this.#scenarios = scenarios
  }

  answer(asked: Asked): Step {
    const scenario = this.#scenarios.find(({match}) => match === undefined || asked.text.includes(match))
    if (!canWork(asked.tools) || !scenario) return {answer: toAnswer(ASIDE, asked)}
    const place = this.#places.get(scenario) ?? 0
    this.#places.set(scenario, place + 1)
    const turn = scenario.turns[place] ?? (scenario.loop ? scenario.turns.at(-1) : undefined) ?? OVER
    return {answer: toAnswer(turn, asked, scenario.cwd), turn: place}
  }
}

function toAnswer(turn: Turn, {model, tools}: Asked, cwd = '/'): Answer {
  const call = turn.do && toToolCall(turn.do, tools, (file) => path.resolve(cwd, file))
  return {turn, model, usage: {input: 100, output: 10, cached: 0, reasoning: 0, ...turn.usage}, ...(call ? {call} : {})}
}
