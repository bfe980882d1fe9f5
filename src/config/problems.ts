import {distance} from 'fastest-levenshtein'
import type {z} from 'zod'
import {configJsonSchema, type JsonSchema, namesAt, pathsTo} from './json-schema.ts'

type Issue = z.core.$ZodIssue

/**
 * What is wrong with a configuration, one line each: `limits.paralel: unknown key; did you mean "parallel"?`.
 * Values are never repeated: a URL may hold a password.
 */
export function describeIssues(issues: readonly Issue[]): readonly string[] {
  const schema = configJsonSchema()
  return issues.flatMap((issue) => describeIssue(issue, [], schema))
}

function describeIssue(issue: Issue, above: readonly PropertyKey[], schema: JsonSchema): readonly string[] {
  const path = [...above, ...issue.path]
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => describeUnknownKey(key, path, schema))
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const meant = issue.errors.find((errors) => !errors.some(isOfWrongType))
    if (meant) return meant.flatMap((inner) => describeIssue(inner, path, schema))
  }
  return [`${toText(path)}${toMessage(issue)}`]
}

function describeUnknownKey(key: string, path: readonly PropertyKey[], schema: JsonSchema): string {
  const meant = closest(key, namesAt(schema, path)) ?? pathsTo(schema, key)[0]
  return `${toText([...path, key])}unknown key${didYouMean(meant)}`
}

function isOfWrongType(issue: Issue): boolean {
  return issue.code === 'invalid_type' && issue.path.length === 0
}

function toMessage(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_value':
      return `expected ${quoteAll(issue.values).join(' or ')}`
    case 'invalid_union':
      return `expected ${('options' in issue ? quoteAll(issue.options) : issue.errors.flatMap(expectedTypes)).join(' or ')}`
    case 'too_big':
      return `must be ${issue.inclusive ? 'at most' : 'less than'} ${issue.maximum}`
    case 'too_small':
      return `must be ${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}`
    default:
      return withoutFrame(issue.message)
  }
}

function quoteAll(values: readonly unknown[] = []): readonly string[] {
  return values.map((value) => JSON.stringify(value))
}

function expectedTypes(issues: readonly Issue[]): readonly string[] {
  return issues.flatMap((issue) => (issue.code === 'invalid_type' ? [issue.expected] : []))
}

/** zod: `Invalid input: expected string, received undefined`; our own: `Expected a duration.` */
function withoutFrame(message: string): string {
  const text = message.replace(/^Invalid input: /, '').replace(/received undefined$/, 'but it is missing')
  return text.charAt(0).toLowerCase() + text.slice(1).replace(/\.$/, '')
}

function closest(word: string, names: readonly string[]): string | undefined {
  const limit = Math.max(2, Math.floor(word.length / 3))
  return names
    .map((name) => ({name, far: distance(word.toLowerCase(), name.toLowerCase())}))
    .filter(({far}) => far <= limit)
    .sort((a, b) => a.far - b.far)[0]?.name
}

function didYouMean(name: string | undefined): string {
  return name === undefined ? '' : `; did you mean "${name}"?`
}

/** `validators[1].use: `, and nothing for the whole file. */
function toText(path: readonly PropertyKey[]): string {
  const text = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('')
  return text === '' ? '' : `${text.replace(/^\./, '')}: `
}
