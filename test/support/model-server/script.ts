import path from 'node:path'
import {toToolCall, canWork} from './tools.ts'
import type {Action, Answer, Asked, Scenario, Turn} from './scenario.ts'

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

function toAnswer(turn: Turn, asked: Asked, cwd = '/'): Answer {
  const {model, tools} = asked
  const calls = actionsOf(turn, asked).map((action) => toToolCall(action, tools, (file) => path.resolve(cwd, file)))
  return {turn, model, calls, usage: {input: 100, output: 10, cached: 0, reasoning: 0, ...turn.usage}}
}

function actionsOf({do: wanted = []}: Turn, asked: Asked): readonly Action[] {
  return [typeof wanted === 'function' ? wanted(asked) : wanted].flat()
}
