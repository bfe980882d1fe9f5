import type {Finding} from 'conduct-cli/plugin'
import type {Change, Comparison} from '../comparison.ts'
import {settingsOf} from '../settings.ts'

const CONFIG = /^(?:conduct\.config\.(?:json|js|ts|mjs|cjs|ya?ml|toml)|\.conductrc(?:\.\w+)?|\.config\/conductrc?(?:\.\w+)?)$/
const SPEC = /^(?:\.spec\/|SPEC\.md$)/i
const PROMPTS = /^\.conduct\//

/**
 * What conduct itself goes by: an agent that is given a phase has no business there. People change their spec and
 * configuration as they like, so without a phase only a validator that was taken out is a finding.
 */
export function findOwnFiles({changes, phase}: Comparison): readonly Finding[] {
  return changes.flatMap((change) => (phase ? forAgents(change) : forPeople(change)))
}

function forAgents(change: Change): readonly Finding[] {
  const {file, base, head, isRemoved} = change
  const isKnown = base !== undefined || isRemoved
  const what = CONFIG.test(file)
    ? 'the configuration of conduct'
    : isKnown && SPEC.test(file)
      ? 'the spec'
      : isKnown && PROMPTS.test(file)
        ? 'a prompt of conduct'
        : undefined
  if (what === undefined) return packageKey(change)
  const verb = isRemoved ? 'was removed' : base === undefined ? 'was added' : 'was changed'
  const line = head === undefined ? undefined : Math.min(...(change.added.size > 0 ? change.added : [1]))
  return [
    {
      message: `${file}, ${what}, ${verb}. That has no effect on this run: restore it as it was.`,
      file,
      ...(line === undefined ? {} : {line}),
    },
  ]
}

function packageKey({file, base, head}: Change): readonly Finding[] {
  if (file !== 'package.json' || !base || !head) return []
  const [before, now] = [base, head].map(({text}) => settingsOf(file, text).filter(({key}) => key === 'conduct'))
  const line = now?.[0]?.line ?? 1
  if (before?.[0]?.value === now?.[0]?.value) return []
  return [
    {
      message: 'The configuration of conduct in package.json was changed. That has no effect on this run: restore it as it was.',
      file,
      line,
    },
  ]
}

function forPeople({file, base, head}: Change): readonly Finding[] {
  if (!CONFIG.test(file) || !base || !head) return []
  const [before, now] = [base, head].map(({text}) => settingsOf(file, text).find(({key}) => key === 'validators'))
  const gone = (before?.items ?? []).filter((item) => now && !now.items.includes(item))
  return gone.map((item) => ({message: `The validator \`${item}\` was taken out of ${file}. Put it back.`, file, line: now?.line ?? 1}))
}
