import type {Role} from '../agents/agent.ts'
import type {LaunchLimits} from '../agents/limits.ts'
import type {Config} from '../config/schema.ts'

/** The limits of one attempt in a role: its own beat the general ones, and the phase's `Timeout:` beats both. */
export function attemptLimits({agents, limits}: Config, role: Role, phaseTimeoutMs: number | undefined): LaunchLimits {
  const own = agents.roles[role]?.limits ?? {}
  const named = (key: 'turns' | 'tokens' | 'usd', general: string) =>
    own[key] === undefined ? general : `agents.roles.${role}.limits.${key}`
  const [usd, tokens] = [own.usd ?? limits.attemptUsd, own.tokens ?? limits.attemptTokens]
  return {
    timeoutMs: phaseTimeoutMs ?? own.time ?? limits.agentTimeout,
    silenceMs: own.silence ?? limits.silence,
    turns: own.turns ?? limits.turns,
    ...(usd === undefined ? {} : {attemptUsd: usd}),
    ...(tokens === undefined ? {} : {attemptTokens: tokens}),
    names: {turns: named('turns', 'limits.turns'), tokens: named('tokens', 'limits.attemptTokens'), usd: named('usd', 'limits.attemptUsd')},
  }
}
