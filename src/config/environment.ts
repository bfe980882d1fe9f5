import type {ConfigInput} from './schema.ts'

/** Environment variables that stand for keys of the configuration. */
export const VARIABLES: Readonly<Record<string, {readonly key: string; readonly toInput: (text: string) => unknown}>> = {
  CONDUCT_AGENT: {key: 'agents.default', toInput: (text): ConfigInput => ({agents: {default: text}})},
  CONDUCT_PARALLEL: {key: 'limits.parallel', toInput: (text) => ({limits: {parallel: toNumber(text)}})},
  CONDUCT_ATTEMPTS: {key: 'limits.attempts', toInput: (text) => ({limits: {attempts: toNumber(text)}})},
  CONDUCT_STORE: {
    key: 'store',
    toInput: (text) => ({store: /^\w+:/.test(text) ? {kind: 'redis', url: text} : {kind: text}}),
  },
}

/** Text that is no number stays text, so that the schema says what is wrong with it. */
function toNumber(text: string): number | string {
  return /^\d+$/.test(text.trim()) ? Number(text) : text
}
