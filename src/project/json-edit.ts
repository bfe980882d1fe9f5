import {JsonSyntaxError, parseJsonText, type Json, type JsonNode, type JsonObject} from './json-text.ts'

/** The value of `name` in the object `group`; `undefined` when it is not there. @throws {JsonSyntaxError} */
export function readEntry(text: string, group: string, name: string): Json | undefined {
  return parseGroup(text, group).entries?.members.get(name)?.value
}

/**
 * `text` with the entry `name` in the object `group`, where it has none yet. What a person wrote keeps its place, its
 * form and its comments.
 *
 * @throws {JsonSyntaxError} when it is not JSON, or something else than an object stands where one must be
 */
export function addEntry(text: string, group: string, name: string, value: Json): string {
  const {root, entries} = parseGroup(text, group)
  if (entries) return insertMember(text, entries, {key: name, value, depth: 2})
  return insertMember(text, root, {key: group, value: {[name]: value}, depth: 1})
}

function parseGroup(text: string, group: string): {readonly root: JsonObject; readonly entries: JsonObject | undefined} {
  const root = objectOf(text, parseJsonText(text), 'The whole')
  const node = root.members.get(group)
  return {root, entries: node && objectOf(text, node, `"${group}"`)}
}

function objectOf(text: string, {object}: JsonNode, what: string): JsonObject {
  if (!object) throw new JsonSyntaxError(`${what} must be an object`, text, 0)
  return object
}

interface Insertion {
  readonly key: string
  readonly value: Json
  /** How far the member is indented; a member of the outermost object is 1. */
  readonly depth: number
}

function insertMember(text: string, {lastEnd, needsComma, close}: JsonObject, {key, value, depth}: Insertion): string {
  const unit = /^\s*\{\s*?\n([ \t]+)/.exec(text)?.[1] ?? '  '
  const lines = `"${key}": ${JSON.stringify(value, undefined, unit)}`.split('\n').map((line) => `${unit.repeat(depth)}${line}`)
  // A comment behind the last member stays behind it.
  const tail = text.slice(lastEnd, close).trimEnd()
  const edited = [`${text.slice(0, lastEnd)}${needsComma ? ',' : ''}${tail}`, ...lines, `${unit.repeat(depth - 1)}${text.slice(close)}`]
  return edited.join(text.includes('\r\n') ? '\r\n' : '\n')
}
