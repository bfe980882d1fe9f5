import {describeRoles} from '../run/check-agents.ts'
import type {Plan} from '../run/plan.ts'

/** The plan for people. */
export function renderPlan(plan: Plan): string {
  const {spec, base, finish, sandbox, limits, phases, agents, validators} = plan
  const budget = limits.usd === null ? 'no budget' : `at most ${limits.usd} USD`
  return [
    `${spec} on ${base.branch} (${base.sha.slice(0, 9)}), ${limits.parallel} agents at a time, ${limits.attempts} attempts, ${budget}`,
    '',
    ...phases.flatMap((phase) => [
      phase.name,
      `  modules     ${phase.modules.join(', ')}`,
      `  agent       ${phase.agent} (${phase.why})${phase.fallbacks.length > 0 ? `, else ${phase.fallbacks.join(', else ')}` : ''}`,
      `  tests       ${phase.test_command.split('\n').join(' && ')}`,
      ...phase.criteria.map(({id, text}) => `  ${id.padEnd(10)}  ${text}`),
      '',
    ]),
    ...agents.map(
      ({name, roles, fallback_for: fallbackFor, model, available, note}) =>
        `agent ${name}${model ? ` (${model})` : ''}: ${available ? 'ready' : 'NOT READY'} ${describeRoles({roles, fallbackFor})}${note ? `. ${note}` : ''}`,
    ),
    `sandbox: ${sandbox}`,
    `validators: ${validators.join(', ') || 'none'}`,
    `at the end: ${finish === 'none' ? 'the integration branch is left as it is' : `${finish} into ${base.branch}`}`,
    'Nothing was touched.',
  ].join('\n')
}
