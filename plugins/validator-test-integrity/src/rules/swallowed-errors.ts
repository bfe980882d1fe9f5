import type {Finding} from 'conduct-cli/plugin'
import type {Comparison} from '../comparison.ts'
import type {Matching, Pair} from '../match-tests.ts'
import {isAskedFor} from '../spec-words.ts'
import {effectiveAssertions, nameOf, type Assertion} from '../test-case.ts'

/** A test that expected an error, and expects a value of the same call now: the code swallows what it must say. */
export function findSwallowedErrors(comparison: Comparison, {pairs}: Matching): readonly Finding[] {
  return pairs.filter(({isNamed}) => isNamed).flatMap((pair) => swallowed(pair, comparison))
}

function swallowed({base, head}: Pair, {specText, changes}: Comparison): readonly Finding[] {
  const now = effectiveAssertions(head)
  for (const before of effectiveAssertions(base).filter(expectsError)) {
    const call = callOf(before)
    if (call === '' || now.some((each) => expectsError(each) && callOf(each) === call)) continue
    const other = now.find((each) => !expectsError(each) && callOf(each).includes(call))
    if (other === undefined || isHonest(before, other, specText, changes)) continue
    const message = `The test \`${nameOf(head)}\` expected an error, and says \`${other.text}\` now; nothing asked for that. Mend the code, not the test.`
    return [{message, file: head.file, line: other.line}]
  }
  return []
}

/** Without a spec, code that changed along may have been meant to. */
function isHonest(before: Assertion, {key, expected}: Assertion, specText: string | undefined, changes: Comparison['changes']): boolean {
  if (specText !== undefined) return isAskedFor(specText, [...key.split(' '), ...before.key.split(' ')], expected)
  return changes.some(({base, head}) => !(head ?? base)?.isTest && (head ?? base)?.source !== undefined)
}

const expectsError = ({key}: Assertion) => /(?:^| )(?:raises|assertRaises\w*|throws|rejects|toThrow\w*|Panics\w*)(?: |$)/.test(key)

/** What is called, without the function around it that is handed over. */
const callOf = ({subject}: Assertion) => subject.replace(/^(?:async )?=> (?:\{ )?(?:await )?/, '').replace(/ \}$/, '')
