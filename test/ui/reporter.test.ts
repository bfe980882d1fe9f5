import assert from 'node:assert/strict'
import {mkdtemp, readFile, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {ConductError} from '../../src/errors.ts'
import {openEventsSink} from '../../src/ui/events-file.ts'
import {chooseReporter, createReporter} from '../../src/ui/reporter.ts'
import {formatClock} from '../../src/ui/text.ts'
import {createFakeTerminal} from '../support/fake-terminal.ts'
import * as make from '../support/task-fixture.ts'

const PHASE = make.createPhase(1, 'Base', ['ledger'])

describe('a reporter', () => {
  const plain = {isTty: true, json: false, quiet: false, eventsToStdout: false}

  it('is live on a terminal and prints lines elsewhere', () => {
    assert.equal(chooseReporter(plain), 'live')
    assert.equal(chooseReporter({...plain, isTty: false}), 'lines')
  })

  it('is silent when something else is to be read', () => {
    for (const wish of ['json', 'quiet', 'eventsToStdout']) assert.equal(chooseReporter({...plain, [wish]: true}), 'none', wish)
  })

  it('prints one line an event with its time', () => {
    const terminal = createFakeTerminal({columns: 80})
    const reporter = createReporter('lines', {stream: terminal.stream, now: () => make.BEGIN_MS})
    const log = new make.LogFixture(make.taskStarted(PHASE), ...make.builtModule('a1', 'ledger'))
    for (const [index, event] of log.events.entries()) reporter.onEvent(event, log.states[index] ?? log.state)
    const texts = [
      'task k3f9abcd on main (aaaaaaa): Build the ledger',
      'module ledger: implementation-executor (replay) attempt 1',
      'module ledger: finished in 1.0s',
      'module ledger: committed 4 files as bbbbbbb',
      'merged ledger (12 hunks checked)',
    ]
    const times = log.events.filter(({type}) => !type.startsWith('worktree')).map(({at}) => formatClock(at))
    assert.equal(terminal.raw(), texts.map((text, index) => `${times[index]} ${text}\n`).join(''))
  })

  it('says in lines that the store is gone, and that it is back', () => {
    const terminal = createFakeTerminal({columns: 80})
    const reporter = createReporter('lines', {stream: terminal.stream, now: () => make.BEGIN_MS})
    reporter.onStoreWait({status: 'waiting', why: 'The state store at redis://here did not answer.', limitMs: 600_000})
    reporter.onStoreWait({status: 'over', tookMs: 42_000})
    const time = formatClock(new Date(make.BEGIN_MS).toISOString())
    const lines = [
      `${time} The state store at redis://here did not answer. Waiting for up to 10m 0s; agents go on.`,
      `${time} the store is back after 42s; the run goes on`,
    ]
    assert.equal(terminal.raw(), lines.map((line) => `${line}\n`).join(''))
  })

  it('draws nothing when none is wanted', async () => {
    const terminal = createFakeTerminal({columns: 80})
    const reporter = createReporter('none', {stream: terminal.stream, now: () => 0})
    const log = new make.LogFixture(make.taskStarted(PHASE), make.runnerStarted())
    for (const event of log.events) reporter.onEvent(event, log.state)
    await reporter.close()
    assert.equal(terminal.raw(), '')
  })
})

describe('the events of a run in a file', () => {
  let folder = ''

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'conduct-events-'))
  })

  afterEach(() => rm(folder, {recursive: true, force: true}))

  it('are there as soon as they are written, one JSON object a line, behind what was there', async () => {
    const file = join(folder, 'events.ndjson')
    const log = new make.LogFixture(make.taskStarted(PHASE), make.runnerStarted())
    for (const event of log.events) {
      const sink = openEventsSink(file)
      sink.write(event)
      const lines = (await readFile(file, 'utf8')).trimEnd().split('\n')
      assert.deepEqual(JSON.parse(lines.at(-1) ?? ''), JSON.parse(JSON.stringify(event)))
      assert.equal(lines.length, event.version)
      sink.close()
    }
  })

  it('cannot go to a folder that is not there, and the message says so', () => {
    const isUsage = (error: unknown) => error instanceof ConductError && error.code === 'USAGE' && error.message.includes('nowhere')
    assert.throws(() => openEventsSink(join(folder, 'nowhere', 'events')), isUsage)
  })
})
