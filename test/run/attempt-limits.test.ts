import assert from 'node:assert/strict'
import {LimitWatch} from '../../src/agents/limits.ts'
import {configSchema} from '../../src/config/schema.ts'
import {attemptLimits} from '../../src/run/attempt-limits.ts'

const config = configSchema.parse({
  limits: {agentTimeout: '20m', attemptUsd: 5},
  agents: {roles: {'fix-executor': {limits: {time: '5m', silence: '1m', turns: 20, tokens: 1000, usd: 2}}}},
})

function watch(limits: ReturnType<typeof attemptLimits>, use: (watch: LimitWatch) => void) {
  const one = new LimitWatch(limits, new AbortController().signal, () => 0)
  use(one)
  one.close()
  return one.outcome
}

describe('attemptLimits', () => {
  it('lets those of a role beat the general ones, and the timeout of the phase beat both', () => {
    const {names: _, ...own} = attemptLimits(config, 'fix-executor', undefined)
    assert.deepEqual(own, {timeoutMs: 300_000, silenceMs: 60_000, turns: 20, attemptUsd: 2, attemptTokens: 1000})
    const {names: __, ...general} = attemptLimits(config, 'code-reviewer', 7)
    assert.deepEqual(general, {timeoutMs: 7, silenceMs: 600_000, turns: 500, attemptUsd: 5})
  })

  it('end an attempt as failed, with the name of what is to be raised', () => {
    const causeOf = (use: (one: LimitWatch) => void, role: 'fix-executor' | 'code-reviewer' = 'fix-executor') => {
      const outcome = watch(attemptLimits(config, role, undefined), use)
      return outcome?.status === 'failed' && outcome.retryable ? outcome.cause : undefined
    }
    assert.equal(
      causeOf((one) => one.spend({tokens: 1000, usd: 2})),
      undefined,
    )
    assert.match(
      causeOf((one) => one.spend({tokens: 1001})) ?? '',
      /more than 1000 tokens, .*`agents\.roles\.fix-executor\.limits\.tokens`/,
    )
    assert.match(causeOf((one) => one.spend({tokens: 1, usd: 2.5})) ?? '', /cost more than 2 USD, .*limits\.usd`/)
    assert.match(causeOf((one) => one.spend({tokens: 1, usd: 6}), 'code-reviewer') ?? '', /5 USD, which is `limits\.attemptUsd`/)
  })
})
