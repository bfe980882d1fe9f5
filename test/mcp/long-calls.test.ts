import assert from 'node:assert/strict'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as wait} from 'node:timers/promises'
import {LongCalls} from '../../src/mcp/calls/long-calls.ts'
import type {CallState} from '../../src/mcp/calls/call-state.ts'
import {identifyProcess} from '../../src/process.ts'
import {openSqliteStore} from '../../src/store/sqlite-store.ts'
import type {Store} from '../../src/store/store.ts'

const text = (words: string) => ({content: [{type: 'text', text: words}]})
const question = (key: string) => ({resultType: 'input_required', inputRequests: {[key]: {method: 'elicitation/create', params: {}}}})

describe('a long call', () => {
  let folder: string
  const stores: Store[] = []
  let calls: LongCalls
  /** As another process has them. */
  let others: LongCalls
  const open = async () => {
    const store = await openSqliteStore(join(folder, 'state.db'))
    stores.push(store)
    return new LongCalls({store, now: Date.now})
  }
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'conduct-test-'))
    calls = await open()
    others = await open()
  })
  after(async () => {
    await Promise.all([calls.close(), others.close()])
    for (const store of stores) await store[Symbol.asyncDispose]()
    await rm(folder, {recursive: true, force: true})
  })

  /** Asks until the call is as wanted. */
  async function until(of: LongCalls, id: string, isWanted: (state: CallState) => boolean): Promise<CallState> {
    for (;;) {
      const state = await of.find(id)
      if (state && isWanted(state)) return state
      await wait(10)
    }
  }

  it('is known to every process before its id is given away, and leaves its result there', async () => {
    const gate = Promise.withResolvers<void>()
    const {id} = await calls.begin('slow', async () => {
      await gate.promise
      return text('done')
    })
    assert.match(id, /^call-[0-9a-f]{32}$/)
    assert.equal((await others.find(id))?.outcome, undefined)
    gate.resolve()
    const {outcome} = await until(others, id, (state) => state.outcome !== undefined)
    assert.deepEqual(outcome, {status: 'completed', result: text('done')})
  })

  it('keeps apart a tool that failed from a call that could not be made', async () => {
    const failed = await calls.begin('tool', async () => ({...text('no'), isError: true}))
    const broken = await calls.begin('tool', () => Promise.reject(Object.assign(new Error('No such tool.'), {code: -32_602})))
    const isOver = ({outcome}: CallState) => outcome !== undefined
    assert.equal((await until(calls, failed.id, isOver)).outcome?.status, 'completed')
    const {outcome} = await until(calls, broken.id, isOver)
    assert.deepEqual(outcome, {status: 'failed', error: {code: -32_602, message: 'No such tool.'}})
  })

  it('is cancelled from another process, and stays cancelled', async () => {
    const {id} = await calls.begin('slow', async ({signal}) => {
      await wait(60_000, undefined, {signal})
      return text('never')
    })
    assert.equal((await others.cancel(id))?.cancelRequested, true)
    const {outcome} = await until(others, id, (state) => state.outcome !== undefined)
    assert.deepEqual(outcome, {status: 'cancelled'})
    assert.deepEqual((await others.cancel(id))?.outcome, {status: 'cancelled'})
  })

  it('asks and is answered from another process, by keys that never come again', async () => {
    const {id} = await calls.begin('asking', async ({answers}) => {
      if (answers === undefined) return question('sure')
      if ('sure' in answers) return question('why')
      return text(JSON.stringify(answers))
    })
    const first = await until(others, id, ({asked}) => Object.keys(asked).length > 0)
    const [firstKey = ''] = Object.keys(first.asked)
    await others.answer(id, {'never-asked': {action: 'accept'}})
    assert.deepEqual((await others.find(id))?.asked, first.asked)
    await others.answer(id, {[firstKey]: {action: 'accept'}})
    const second = await until(others, id, ({asked}) => Object.keys(asked).length > 0 && !(firstKey in asked))
    const [secondKey = ''] = Object.keys(second.asked)
    assert.notEqual(firstKey, secondKey)
    await others.answer(id, {[firstKey]: {action: 'decline'}, [secondKey]: {action: 'accept', content: {reason: 'so'}}})
    const {outcome} = await until(others, id, (state) => state.outcome !== undefined)
    assert.deepEqual(outcome, {status: 'completed', result: text('{"why":{"action":"accept","content":{"reason":"so"}}}')})
  })

  it('is over when its process has died, whatever that process may say later', async () => {
    const [store] = stores
    const here = await identifyProcess()
    if (!store || !here) throw new Error('There is a store, and a process.')
    const id = `call-${'0'.repeat(32)}`
    await store.swapLease(id, 0, {epoch: 1, owner: {...here, processStart: 'long ago'}, expiresAt: Date.now() + 60_000})
    const at = new Date().toISOString()
    await store.append(id, 0, [{type: 'call.started', tool: 'slow'}], {at})
    const over = await others.find(id)
    assert.equal(over?.outcome?.status, 'failed')
    await store.append(id, 2, [{type: 'call.ended', outcome: {status: 'completed', result: text('late')}}], {at})
    assert.deepEqual((await calls.find(id))?.outcome, over?.outcome)
  })

  it('ends with its server, and says so', async () => {
    const ending = await open()
    const {id} = await ending.begin('slow', async ({signal}) => {
      await wait(60_000, undefined, {signal})
      return text('never')
    })
    await ending.close()
    const {outcome} = (await others.find(id)) ?? {}
    assert.equal(outcome?.status, 'failed')
    assert.match(outcome.error.message, /server was stopped/)
  })

  it('is not among the tasks', async () => {
    const [store] = stores
    assert.deepEqual(await store?.tasks(), [])
  })

  it('is unknown by any other name', async () => {
    assert.equal(await others.find('call-x'), undefined)
    assert.equal(await others.cancel('call-x'), undefined)
    assert.equal(await others.answer('call-x', {}), undefined)
  })
})
