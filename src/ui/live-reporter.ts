import {writeSync} from 'node:fs'
import {styleText} from 'node:util'
import {DefaultRenderer, Listr, ListrDefaultRendererLogLevels, ListrLogger, ProcessOutput} from 'listr2'
import type {ListrTask} from 'listr2'
import type {TaskState} from '../tasks/state.ts'
import {addActivity, addEvent, addStoreWait, NO_FACTS, type LiveFacts} from './live-facts.ts'
import {viewSections, type Line, type Section} from './live-view.ts'
import type {Reporter, ReporterOptions} from './reporter.ts'

/** Seconds are shown, so a second is how often the texts grow old. */
const TICK_MS = 1_000
/** Lines of the frame besides module lines, roughly; a frame that is higher than the terminal loses its top. */
const OTHER_LINES = 8
/** On a narrower terminal what an agent does has a line of its own. */
const WIDE_COLUMNS = 100
const SHOW_CURSOR = '\u001B[?25h'

/**
 * The live view on listr2. Each section of the view is one of its tasks, one after the other, whose promise is
 * settled when the section ends; the lines below it are its output. So listr2 draws, and knows nothing of our state.
 */
export function createLiveReporter(options: ReporterOptions): Reporter {
  const live = new LiveReporter(options)
  return {
    onEvent: (event, state) => live.show(state, (facts) => addEvent(facts, event)),
    onActivity: (activity) => live.show(undefined, (facts) => addActivity(facts, activity)),
    onStoreWait: (wait) => live.show(undefined, (facts) => addStoreWait(facts, wait, options.now())),
    close: () => live.close(),
  }
}

/** The part of listr2's task wrapper that is used. */
interface Slot {
  title: string
  output: string | unknown[] | null
  skip(message?: string): void
}

class LiveReporter {
  readonly #options: ReporterOptions
  #state: TaskState | undefined
  #facts: LiveFacts = NO_FACTS
  #sections: readonly Section[] = []
  #running: Promise<unknown> | undefined
  #timer: NodeJS.Timeout | undefined
  #isClosing = false
  /** The section that listr2 is at. */
  #current: {readonly index: number; readonly slot: Slot; settle(): void} | undefined

  constructor(options: ReporterOptions) {
    this.#options = options
  }

  show(state: TaskState | undefined, change: (facts: LiveFacts) => LiveFacts): void {
    this.#facts = change(this.#facts)
    this.#state = state ?? this.#state
    if (this.#isClosing || !this.#state?.runner) return
    this.#refresh()
    this.#running ??= this.#start(this.#sections)
  }

  async close(): Promise<void> {
    this.#isClosing = true
    clearInterval(this.#timer)
    process.off('exit', this.#showCursor)
    if (this.#state) this.#refresh()
    this.#current?.settle()
    await this.#running
  }

  /** While listr2 draws, the stream's own `write` is only a buffer: a process that exits now would lose it. */
  readonly #showCursor = (): void => {
    const {fd} = this.#options.stream
    try {
      if (fd !== undefined) writeSync(fd, SHOW_CURSOR)
    } catch {
      // The terminal is gone.
    }
  }

  #start(sections: readonly Section[]): Promise<unknown> {
    this.#timer = setInterval(() => this.#refresh(), TICK_MS)
    this.#timer.unref()
    process.on('exit', this.#showCursor)
    const tasks = sections.map(({title}, index): ListrTask => ({
      title,
      task: (_context, slot) => this.#runSection(index, slot),
      // The lines of a section that failed stay.
      rendererOptions: {persistentOutput: true},
      fallbackRendererOptions: {persistentOutput: true},
    }))
    return new Listr(tasks, listrOptions(this.#options)).run()
  }

  /** Until the section has ended, or the run has. */
  async #runSection(index: number, slot: Slot): Promise<void> {
    await new Promise<void>((settle) => {
      this.#current = {index, slot, settle}
      this.#drawCurrent()
      if (this.#isClosing) settle()
    })
    this.#endSection(slot, this.#sections[index])
  }

  #endSection(slot: Slot, section: Section | undefined): void {
    this.#current = undefined
    if (section?.status === 'failed') throw new Error(section.title)
    slot.output = null
    if (section?.status !== 'complete') slot.skip(section?.title)
  }

  #refresh(): void {
    if (!this.#state) return
    const {stream, now} = this.#options
    const maxModules = Math.max(4, (stream.rows ?? 24) - OTHER_LINES - this.#state.phases.length)
    this.#sections = viewSections(this.#state, this.#facts, {nowMs: now(), maxModules, columns: this.#columns})
    this.#drawCurrent()
  }

  #drawCurrent(): void {
    const section = this.#sections[this.#current?.index ?? -1]
    if (!this.#current || !section) return
    const {slot, settle} = this.#current
    // Each assignment draws a frame, so only what is new is said.
    if (slot.title !== section.title) slot.title = section.title
    if (section.lines.length > 0) slot.output = section.lines.map((line) => this.#drawLine(line)).join('\n')
    else slot.output = null
    if (section.status === 'complete' || section.status === 'failed') settle()
  }

  get #columns(): number {
    return this.#options.stream.columns ?? 80
  }

  #drawLine({mark, text, detail}: Line): string {
    const {symbol, style} = MARKS[mark]
    const isWide = this.#columns >= WIDE_COLUMNS
    const more = detail === undefined ? '' : isWide ? ` · ${detail}` : `\n    ${detail}`
    return `${paint(this.#options, style, symbol)} ${text}${more}`
  }
}

const MARKS = {
  waiting: {symbol: '·', style: 'dim'},
  running: {symbol: '›', style: 'cyan'},
  complete: {symbol: '✔', style: 'green'},
  failed: {symbol: '✖', style: 'red'},
} as const satisfies Record<Line['mark'], {symbol: string; style: Style}>

type Style = 'dim' | 'cyan' | 'green' | 'red' | 'yellow'

/** listr2 would look at stdout, where the result goes. */
function paint({stream, color}: ReporterOptions, style: Style, text: string): string {
  if (color === false) return text
  return color ? styleText(style, text, {validateStream: false}) : styleText(style, text, {stream})
}

function listrOptions(options: ReporterOptions) {
  const {stream} = options
  const rendererOptions = {
    // Both of its streams are ours: stdout must stay free for the result.
    logger: new ListrLogger<ListrDefaultRendererLogLevels>({useIcons: true, processOutput: new ProcessOutput(stream, stream)}),
    formatOutput: 'truncate',
    showErrorMessage: false,
    showSkipMessage: false,
    // The lines have marks of their own.
    icon: {[ListrDefaultRendererLogLevels.OUTPUT]: ' ', [ListrDefaultRendererLogLevels.SKIPPED_WITH_COLLAPSE]: '-'},
    color: {
      ...uncolored(),
      [ListrDefaultRendererLogLevels.PENDING]: (text = '') => paint(options, 'yellow', text),
      [ListrDefaultRendererLogLevels.COMPLETED]: (text = '') => paint(options, 'green', text),
      [ListrDefaultRendererLogLevels.FAILED]: (text = '') => paint(options, 'red', text),
      [ListrDefaultRendererLogLevels.WAITING]: (text = '') => paint(options, 'dim', text),
    },
  } as const
  return {
    renderer: DefaultRenderer,
    rendererOptions,
    // listr2 looks whether stdout is a terminal; we draw on stderr and have looked ourselves.
    fallbackRenderer: DefaultRenderer,
    fallbackRendererOptions: rendererOptions,
    exitOnError: false,
    // Ctrl-C stops the run, and the run closes the view.
    registerSignalListeners: false,
  } as const
}

function uncolored(): Record<string, (text?: string) => string> {
  return Object.fromEntries(Object.values(ListrDefaultRendererLogLevels).map((level) => [level, (text?: string) => text ?? '']))
}
