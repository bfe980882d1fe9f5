import type {Block} from './markdown/blocks.ts'
import {countMarks, MAX_MARKS, readInline, type InlineLine} from './markdown/inline.ts'
import {findLabel, findSimilarLabel, isProse, LABELS, type LabelKey} from './labels.ts'
import {createError, createWarning, type Place} from './problem.ts'
import type {SpecProblem} from './spec.ts'
import {splitLabel, type LabelLine} from './split-label.ts'
import {toPlainText, toRaw} from './values.ts'

/** One list item or paragraph below a label, or the text right after it. */
export interface Entry {
  /** A list item; else a paragraph, or the text right after the label. */
  readonly isItem: boolean
  readonly lines: InlineLine[]
  /** Fenced code in it. */
  readonly code: Code[]
  /** List items in it, however deep. */
  readonly children: Entry[]
}

export interface Code extends Place {
  readonly text: string
}

/** What the document says under one label of one phase. */
export interface Field extends Place {
  readonly key: LabelKey
  readonly entries: Entry[]
}

export interface Collected {
  readonly fields: ReadonlyMap<LabelKey, Field>
  readonly problems: readonly SpecProblem[]
}

/** The label that takes what comes next. */
interface Open {
  readonly field: Field
  /** List level of the item that the label is in, when it is the beginning of one; else 0. */
  readonly level: number
  /** List level of its own items. */
  base?: number
  /** Takes what comes next, until another label. */
  isOpen: boolean
  last?: Entry
  /** The innermost entry: a line, a block of code or `check:` goes there. */
  inner?: Entry
}

interface Collector {
  readonly fields: Map<LabelKey, Field>
  readonly problems: SpecProblem[]
  open: Open
}

/** Sorts the blocks of a phase under their labels. Items below no label are tasks. */
export function collectFields(blocks: readonly Block[], start: Place): Collected {
  const collector: Collector = {fields: new Map(), problems: [], open: openTasks(start)}
  for (const block of blocks) {
    if (block.kind === 'code') addCode(collector, block)
    else if (block.kind === 'heading') readHeading(collector, block)
    else readParagraph(collector, block)
  }
  return collector
}

function openTasks({line, column}: Place): Open {
  return {field: {key: 'tasks', line, column, entries: []}, level: 0, isOpen: true}
}

function readHeading(collector: Collector, block: Block): void {
  const [line] = readInline(block.lines)
  const label = line && splitLabel(line)
  const key = findLabel(label?.name ?? (line ? toPlainText([line]) : ''))
  if (key === undefined || line === undefined) {
    collector.open = openTasks(block.lines[0] ?? {line: 1, column: 1})
    return
  }
  openField(collector, key, {rest: label?.rest ?? {...line, spans: []}, at: line, level: 0})
}

function readParagraph(collector: Collector, block: Block): void {
  const isProse = !block.isItem && block.level === 0 && !isWaiting(collector.open) && !block.lines.some(({text}) => canBeLabel(text))
  // Most of a long spec is prose, of which nothing is kept.
  if (isProse && !block.isQuoted) {
    collector.open = openTasks(block.lines[0] ?? {line: 1, column: 1})
    return
  }
  const lines = readLines(collector, block)
  let isFirst = true
  for (const line of lines) {
    if (isFirst) readFirstLine(collector, block, line)
    else readNextLine(collector, block, line)
    isFirst = false
  }
}

/** A colon not far from its beginning, or emphasis, which needs no colon. */
function canBeLabel(text: string): boolean {
  return /^[*_]|^[^:]{0,50}:/.test(text)
}

/** A label that has no value yet. */
function isWaiting({field, isOpen}: Open): boolean {
  return isOpen && field.key !== 'tasks' && field.entries.length === 0
}

function readLines(collector: Collector, block: Block): readonly InlineLine[] {
  const marks = countMarks(block.lines.map(({text}) => text).join('\n'))
  const [first] = block.lines
  if (marks > MAX_MARKS && first) {
    const message = `This paragraph has ${marks} Markdown marks, more than ${MAX_MARKS}; it is read as plain text.`
    collector.problems.push(createWarning(first, {code: 'too-many-marks', message, hint: 'Split the paragraph.'}))
  }
  return readInline(block.lines)
}

function readFirstLine(collector: Collector, block: Block, line: InlineLine): void {
  const {open} = collector
  const label = block.isQuoted ? undefined : splitLabel(line)
  const key = label && findLabel(label.name)
  if (label && key !== undefined && (!block.isItem || isLabelPlace(open, block.level))) {
    openField(collector, key, {rest: label.rest, at: line, level: block.isItem ? block.level : 0})
  } else if (block.isItem) {
    if (label) reportLabel(collector, label, {line, isItem: true, isContent: !isLabelPlace(open, block.level)})
    addItem(collector, block.level, line)
  } else if (block.level > 0 && open.inner) {
    open.inner.lines.push(line)
  } else {
    if (label) reportLabel(collector, label, {line, isItem: false, isContent: false})
    addParagraph(collector, line, block)
  }
}

/** Where a list item may begin with a label: not in the list that belongs to a label outside it. */
function isLabelPlace({field, level, isOpen}: Open, itemLevel: number): boolean {
  return !isOpen || field.key === 'tasks' || (level > 0 && itemLevel <= level)
}

function addItem(collector: Collector, level: number, line: InlineLine): void {
  const {open} = collector
  const isBeyond = open.level > 0 && level <= open.level
  if (!open.isOpen || (isBeyond && open.field.entries.length > 0)) collector.open = openTasks(line)
  addEntry(collector, level, createEntry([line], true))
}

function createEntry(lines: InlineLine[], isItem = false, code: Code[] = []): Entry {
  return {isItem, lines, code, children: []}
}

function addEntry(collector: Collector, level: number, entry: Entry): void {
  const {open} = collector
  open.base ??= level
  if (level > open.base && open.last) open.last.children.push(entry)
  else {
    fieldOf(collector).entries.push(entry)
    open.last = entry
    open.base = level
  }
  open.inner = entry
}

/** Tasks come in several places; they all go to one field. */
function fieldOf({fields, open: {field}}: Collector): Field {
  const known = fields.get(field.key)
  if (!known) fields.set(field.key, field)
  return known ?? field
}

/** A paragraph outside lists: the value of a label that has none yet, else prose that ends the label. */
function addParagraph(collector: Collector, line: InlineLine, block: Block): void {
  const {open} = collector
  const isIntroduction = toPlainText([line]).endsWith(':')
  if ((isWaiting(open) && !isIntroduction) || (block.isQuoted && open.isOpen && open.field.key === 'gotchas'))
    addEntry(collector, 0, createEntry([line]))
  else if (!isWaiting(open)) collector.open = openTasks(line)
}

function readNextLine(collector: Collector, block: Block, line: InlineLine): void {
  const {open} = collector
  const label = block.isQuoted ? undefined : splitLabel(line)
  const key = label && findLabel(label.name)
  if (label && key !== undefined) {
    openField(collector, key, {rest: label.rest, at: line, level: 0})
  } else if (label && isCheck(open, label)) {
    open.last?.children.push(createEntry([line]))
    open.inner = open.last?.children.at(-1)
  } else if (label && reportLabel(collector, label, {line, isItem: block.level > 0, isContent: false})) {
    collector.open = openTasks(line)
  } else if (open.inner) {
    open.inner.lines.push(line)
  } else if (open.isOpen && open.field.key !== 'tasks') {
    addEntry(collector, block.level, createEntry([line]))
  }
}

function isCheck({field, last}: Open, {name}: LabelLine): boolean {
  return field.key === 'criteria' && last !== undefined && name.toLowerCase() === 'check'
}

interface Opening {
  readonly rest: InlineLine
  readonly at: Place
  readonly level: number
}

function openField(collector: Collector, key: LabelKey, {rest, at, level}: Opening): void {
  const {isList, name} = LABELS[key]
  const known = collector.fields.get(key)
  if (known && !isList && key !== 'owns') {
    const message = `"${name}" stands in this phase twice; the first is on line ${known.line}.`
    collector.problems.push(createError(at, {code: 'duplicate-label', message, hint: 'Keep one of them.'}))
  }
  const field: Field = known && (isList || key === 'owns') ? known : {key, line: at.line, column: at.column, entries: []}
  if (!known) collector.fields.set(key, field)
  collector.open = {field, level, isOpen: true}
  if (toRaw(rest.spans).trim() === '') return
  const entry = createEntry([rest])
  field.entries.push(entry)
  collector.open.inner = entry
  collector.open.isOpen = isList
}

function addCode({open}: Collector, block: Block): void {
  const [first] = block.lines
  const code = {text: block.lines.map(({text}) => text).join('\n'), line: first?.line ?? open.field.line, column: first?.column ?? 1}
  if (block.level > 0 && open.inner) open.inner.code.push(code)
  else if (open.field.key !== 'tasks' && !LABELS[open.field.key].isList) open.field.entries.push(createEntry([], false, [code]))
}

interface Mention {
  readonly line: InlineLine
  readonly isItem: boolean
  /** The item belongs to a label already. */
  readonly isContent: boolean
}

/** Says so when a line looks like a label and is none. True when it is so like one that it must not be taken for text. */
function reportLabel({problems, open}: Collector, {name, isBold}: LabelLine, {line, isItem, isContent}: Mention): boolean {
  if (isCheck(open, {name, isBold, rest: line})) return false
  if (findLabel(name) !== undefined) {
    const message = `"${name}:" is read as a part of "${LABELS[open.field.key].name}".`
    problems.push(createWarning(line, {code: 'label-in-list', message, hint: 'Put it on a line of its own to make it a label.'}))
    return false
  }
  if (isContent || !/^\p{Lu}?[\p{L}-]*(?: [\p{L}-]+){0,2}$/u.test(name)) return false
  const similar = findSimilarLabel(name)
  if (similar?.isTypo) {
    const hint = `Did you mean "${similar.label}:"?`
    problems.push(createError(line, {code: 'unknown-label', message: `Unknown label "${name}".`, hint}))
    return true
  }
  if (isItem || isProse(name) || (!isBold && !/^\p{Lu}/u.test(name))) return false
  const hint = similar ? `Did you mean "${similar.label}:"?` : `Labels are ${listLabels()}.`
  problems.push(createWarning(line, {code: 'unknown-label', message: `"${name}" is no label of a phase.`, hint}))
  return false
}

function listLabels(): string {
  return Object.values(LABELS)
    .map(({name}) => name)
    .join(', ')
}
