import assert from 'node:assert/strict'
import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {conduct} from '../support/cli.ts'
import type {Project} from '../support/project.ts'
import {createScenario, eventsOf, printCheckout, runScenario, type RunOutcome} from './scenario.ts'

/** What the agent does in each role, as shell code. `$here` is beside the checkout. */
interface Roles {
  readonly review?: string
  readonly audit?: string
  readonly fix?: string
}

const TOTAL = 'export const total = (n) => Math.max(0, n)'
const CRITERIA = ['`shop.js` exists', 'The total is never negative', 'Prices are rounded']

/** Shell code that writes an answer; `$name` in it is the shell's. */
const say = (answer: object) => `cat > .conduct-answer.json <<END\n${JSON.stringify(answer)}\nEND\n`
const answer = (...criteria: readonly object[]) => say({criteria})
const met = (id: string, evidence?: object) => ({id, verdict: 'met', ...(evidence ? {evidence} : {})})

describe('a criterion that no check settles', function () {
  this.timeout(60_000)
  let project: Project
  afterEach(() => project.remove())

  async function create(roles: Roles, config: object = {}): Promise<void> {
    const {review = 'exit 1', audit = 'exit 1', fix = 'exit 1'} = roles
    project = await createScenario({
      phases: [{name: 'Build', modules: ['shop'], test: 'test -f shop.js', criteria: CRITERIA}],
      agent: `here=$(cd "$(dirname "$0")/.." && pwd)
        echo "$CONDUCT_ROLE" >> "$here/launches"
        case "$CONDUCT_ROLE" in
          code-reviewer) ${review} ;;
          security-auditor) ${audit} ;;
          fix-executor) ${fix} ;;
          *) echo "${TOTAL}" > shop.js ;;
        esac`,
      config: {validators: [], ...config},
    })
  }

  const launches = async () => (await readFile(join(project.root, '..', 'launches'), 'utf8')).trim().split('\n')
  const verdicts = ({result}: Pick<RunOutcome, 'result'>) =>
    result.phases[0]?.criteria.map(({id, verdict, judge}) => `${id} ${verdict} by ${judge}`)

  it('is not met by a reviewer that lies about its evidence, who changes no other verdict', async () => {
    await create({
      review: `echo "throw 1" > shop.js; ${answer(
        {id: 'p1.c1', verdict: 'unmet', evidence: {command: 'node shop.js'}},
        met('p1.c2', {file: 'shop.js', line: 99, quote: 'Math.max(0, n)'}),
        met('p1.c3', {command: 'echo rounded || node shop.js'}),
        met('p1.c9', {command: 'node shop.js'}),
      )}`,
    })
    const outcome = await runScenario(project)
    assert.equal(outcome.exitCode, 0, outcome.result.reason)
    assert.deepEqual(verdicts(outcome), ['p1.c1 met by files', 'p1.c2 unverified by reviewer', 'p1.c3 unverified by reviewer'])
    const evidence = outcome.result.phases[0]?.criteria.map((criterion) => criterion.evidence) ?? []
    assert.match(evidence[1] ?? '', /says met, but its evidence does not hold: shop\.js has no line 99\./)
    assert.match(evidence[2] ?? '', /exits with 0 in an empty folder too/)
    assert.equal(project.git('show', 'main:shop.js'), TOTAL, 'what a reviewer writes is thrown away')
    assert.deepEqual(await launches(), ['implementation-executor', 'code-reviewer'], 'the finish asks no second time')
  })

  it('is mended when the reviewer proves that it is unmet, and proved again on what is merged', async () => {
    const check = {command: 'grep -q Math.round shop.js'}
    // The second time it is one that may write no file, and answers in its last message.
    const inWords = JSON.stringify({criteria: [met('p1.c3', check)]}, null, 2)
    await create({
      review: `if grep -q Math.round shop.js; then cat <<'END'
It holds:
\`\`\`json
${inWords}
\`\`\`
END
else ${answer({id: 'p1.c3', verdict: 'unmet', evidence: check})} fi`,
      fix: `echo "export const price = (n) => Math.round(n)" >> shop.js`,
    })
    const outcome = await runScenario(project)
    assert.equal(outcome.exitCode, 0, outcome.result.reason)
    assert.deepEqual(verdicts(outcome), ['p1.c1 met by files', 'p1.c2 unverified by reviewer', 'p1.c3 met by reviewer'])
    assert.deepEqual(await launches(), ['implementation-executor', 'code-reviewer', 'fix-executor', 'code-reviewer'])
    const [first, , finish] = eventsOf(outcome.events, 'review.finished')
    assert.deepEqual([first?.passed, finish?.subject.phase, finish?.criteria[1]?.verdict], [false, 0, 'met'])
  })

  it('stays unverified when the reviewer hangs; a strict run fails with that reason, and asks again when it is resumed', async () => {
    const config = {strict: true, limits: {silence: '3s'}}
    const evidence = {file: 'shop.js', line: 1, quote: 'Math.max(0, n)'}
    const review = `[ -e "$here/answer" ] || sleep 600; ${answer(met('p1.c2', evidence), met('p1.c3', evidence))}`
    // On a busy machine the silence of the first agent may be long, too.
    await create({review, fix: `echo "${TOTAL}" > shop.js`}, config)
    const before = await printCheckout(project)
    const {exitCode, result} = await runScenario(project)
    assert.equal(exitCode, 6)
    assert.match(result.reason, /could not be reviewed: The agent was stopped after \d+ s of silence/)
    assert.deepEqual(await printCheckout(project), before)
    assert.equal((await launches()).at(-1), 'code-reviewer', 'nobody is sent in to mend the code')
    await project.write('../answer', '')
    const again = await runScenario(project, ['resume', result.task_id])
    assert.equal(again.exitCode, 0, again.result.reason)
    assert.deepEqual(verdicts(again), ['p1.c1 met by files', 'p1.c2 met by reviewer', 'p1.c3 met by reviewer'])
  })

  it('is reviewed once, whenever the run is killed: in the middle of a review, or while its evidence is checked', async () => {
    // The heredoc of the agent's shell puts `$here` in; `$PPID` is for the shell that runs the command.
    const command = '[ -e $here/checked ] || { touch $here/checked; kill -9 \\$PPID; }; node --check shop.js'
    await create({
      review: `[ -e "$here/asked" ] || { touch "$here/asked"; kill -9 $PPID; sleep 600; }; ${answer(met('p1.c2', {command})).replaceAll('\\\\$', '\\$')}`,
    })
    for (const args of [['run'], ['resume']]) assert.equal((await conduct(project, [...args, '--json'])).signal, 'SIGKILL')
    const outcome = await runScenario(project, ['resume'])
    assert.equal(outcome.exitCode, 0, outcome.result.reason)
    assert.deepEqual(await launches(), ['implementation-executor', 'code-reviewer', 'code-reviewer'])
    assert.equal(outcome.result.phases[0]?.criteria[1]?.verdict, 'met')
  })

  it('is put to nobody when that is switched off, and the merge may wait for a security-auditor', async () => {
    const config = {review: {criteria: false, security: 'medium'}, limits: {attempts: 2}}
    const findings = [{severity: 'high', file: 'shop.js', line: 1, message: 'It evaluates what a caller sends.'}]
    await create(
      {audit: `if grep -q safe shop.js; then ${say({findings: []})} else ${say({findings})} fi`, fix: 'echo "// safe" >> shop.js'},
      config,
    )
    const outcome = await runScenario(project)
    assert.equal(outcome.exitCode, 0, outcome.result.reason)
    assert.deepEqual(await launches(), ['implementation-executor', 'security-auditor', 'fix-executor', 'security-auditor'])
    assert.deepEqual(
      eventsOf(outcome.events, 'audit.finished').map(({verdict}) => [verdict.validator, verdict.status]),
      [
        ['security-audit', 'fail'],
        ['security-audit', 'pass'],
      ],
    )
  })

  it('is not merged past a security-auditor that gives no answer', async () => {
    await create({audit: 'echo "all is secure"'}, {review: {criteria: false, security: 'high'}, limits: {attempts: 2}})
    const before = await printCheckout(project)
    const {exitCode, result} = await runScenario(project)
    assert.equal(exitCode, 6)
    assert.match(result.reason, /The security audit came to no end\. .*it wrote no answer\. .*--retry shop/)
    assert.deepEqual(await printCheckout(project), before)
    assert.deepEqual(await launches(), ['implementation-executor', 'security-auditor', 'security-auditor'])
  })
})
