import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import {parseSpec} from '../../src/spec/parse.ts'
import type {Phase} from '../../src/spec/spec.ts'
import {specTemplate} from '../../src/spec/template.ts'

/** The only phase of a spec, whose body this is. */
function readBody(body: string): Phase {
  const {spec} = parseSpec(`### Phase 1: One\n${body}`)
  const [phase] = spec.phases
  assert.ok(phase)
  return phase
}

const names = (phase: Phase) => phase.modules.map(({name}) => name)
const texts = (phase: Phase) => phase.criteria.map(({text}) => text)

describe('the example that the project began with', () => {
  const {spec, problems} = parseSpec(readFileSync(new URL('mission-example.md', import.meta.url), 'utf8'))
  const [first, second] = spec.phases

  it('has no problems', () => {
    assert.deepEqual(problems, [])
  })

  it('gives phases, modules, tasks, test commands and criteria, letter for letter', () => {
    assert.deepEqual(
      spec.phases.map((phase) => [phase.name, names(phase), phase.tasks, phase.testCommand, texts(phase)]),
      [
        [
          'Phase 1: Proto Definitions & Setup',
          ['proto'],
          ['Define gRPC proto files', 'Generate Python and Go code', 'Setup project structure'],
          './proto/generate.sh && echo "Proto files generated"',
          ['proto/*.proto files exist', 'Python and Go stubs generated in backend/ and grpc-service/'],
        ],
        [
          'Phase 2: Go gRPC Service (Base Layer)',
          ['grpc-service'],
          ['Implement gRPC server', 'SQLite database layer', 'Unit tests'],
          'cd grpc-service && go test ./...',
          ['gRPC server starts on port 50051', 'Database migrations run', 'All unit tests pass'],
        ],
      ],
    )
  })

  it('tells where everything stands', () => {
    assert.deepEqual([first?.line, first?.criteria.map(({line}) => line)], [3, [11, 12]])
    assert.deepEqual(
      second?.criteria.map(({id}) => id),
      ['p2.c1', 'p2.c2', 'p2.c3'],
    )
  })

  it('reads the same without the blank lines, with CRLF, and after a byte order mark', () => {
    const text = readFileSync(new URL('mission-example.md', import.meta.url), 'utf8')
    const withoutLines = ({phases}: typeof spec) => JSON.stringify(phases).replaceAll(/"line":\d+/g, '')
    const others = [text.replaceAll('\n\n', '\n'), text.replaceAll('\n', '\r\n'), `\u{FEFF}${text}`]
    for (const other of others) assert.equal(withoutLines(parseSpec(other).spec), withoutLines(spec))
  })
})

describe('phases', () => {
  const phaseNames = (text: string) => parseSpec(text).spec.phases.map(({name}) => name)

  it('are found at any depth and with a dash', () => {
    assert.deepEqual(phaseNames('# Phase 1 - A\n## Phase 2: B\n###### phase 3 — C\nPhase 4: D\n==='), [
      'Phase 1 - A',
      'Phase 2: B',
      'phase 3 — C',
      'Phase 4: D',
    ])
  })

  it('are not found in code, comments, quotes, lists and front matter', () => {
    const text =
      '---\n# Phase 1: A\n---\n```\n# Phase 2: B\n```\n<!--\n# Phase 3: C\n-->\n> # Phase 4: D\n\n- # Phase 5: E\n\n# Phase 6: F\n'
    assert.deepEqual(phaseNames(text), ['Phase 6: F'])
  })

  it('end at a heading that is not deeper', () => {
    const {spec} = parseSpec('## Phase 1: A\n- a\n### Notes\n- b\n## Appendix\n- c\n')
    assert.deepEqual(spec.phases[0]?.tasks, ['a', 'b'])
  })

  it('under "Implementation Phases" may be as deep as that heading', () => {
    assert.deepEqual(phaseNames('## Implementation Phases\n## Phase 1: A\n## Phase 2: B\n## Appendix\n## Phase 3: C'), [
      'Phase 1: A',
      'Phase 2: B',
    ])
  })

  it('are titled without their number', () => {
    assert.equal(parseSpec('### Phase 1a: **The** `api`').spec.phases[0]?.title, 'The api')
  })
})

describe('labels', () => {
  it('may be bold, with the colon inside or outside', () => {
    const phase = readBody('**Modules:** a\n**Test Command**: npm test\n__Success Criteria:__\n- x')
    assert.deepEqual([names(phase), phase.testCommand, texts(phase)], [['a'], 'npm test', ['x']])
  })

  it('may be bold as a whole line, or without a colon', () => {
    const phase = readBody('**Modules: a**\n\n**Success Criteria**\n\n- x')
    assert.deepEqual([names(phase), texts(phase)], [['a'], ['x']])
  })

  it('may be items of a list, with lists of their own', () => {
    const phase = readBody('- t1\n- **Modules:** a\n- Success Criteria:\n  - x\n  - y\n- Gotchas:\n  - g\n- t2')
    assert.deepEqual([phase.tasks, names(phase), texts(phase), phase.gotchas], [['t1', 't2'], ['a'], ['x', 'y'], ['g']])
  })

  it('may be headings', () => {
    const phase = readBody('#### Tasks\n- t\n#### Modules\n- a\n- b: what it is\n#### Gotchas:\n- g\n')
    assert.deepEqual([phase.tasks, names(phase), phase.gotchas], [['t'], ['a', 'b'], ['g']])
  })

  it('may be followed by tasks when they have their value', () => {
    assert.deepEqual(readBody('Modules: a\n- t\n').tasks, ['t'])
  })

  it('may have a line of dashes right below them', () => {
    assert.deepEqual(names(readBody('Modules: a\n---\n')), ['a'])
  })

  it('keep their list over an introduction', () => {
    assert.deepEqual(texts(readBody('Success Criteria:\n\nThese must hold:\n\n- x\n')), ['x'])
  })

  it('are not found in quotes and comments', () => {
    assert.deepEqual(names(readBody('> Modules: a\n\n<!-- Modules: b -->\n\nModules: c <!-- d -->')), ['c'])
  })
})

describe('a command', () => {
  const commandOf = (body: string) => readBody(body).testCommand

  it('keeps every sign that Markdown would take', () => {
    assert.equal(
      commandOf('Test Command: pytest tests/*_test.py src/*_x.py <in >out &amp; \\*'),
      'pytest tests/*_test.py src/*_x.py <in >out &amp; \\*',
    )
  })

  it('may be inline code', () => {
    assert.equal(commandOf('**Test Command:** `npm test -- --grep "a:b"`'), 'npm test -- --grep "a:b"')
  })

  it('may be fenced, in several lines, with their tabs', () => {
    assert.equal(commandOf('Test Command:\n\n```sh\nset -x\n\tnpm test\n```\n'), 'set -x\n\tnpm test')
  })

  it('is, in a copied terminal session, what stands after the prompt', () => {
    assert.equal(commandOf('Test Command:\n```console\n$ npm test\nok\n$ npm run lint\n```'), 'npm test\nnpm run lint')
  })

  it('may be a list', () => {
    assert.equal(commandOf('Test Commands:\n- `npm test`\n- npm run lint\n'), 'npm test\nnpm run lint')
  })

  it('may go on after a backslash or &&', () => {
    assert.equal(
      commandOf('Test Command: npm test \\\n  --silent &&\n  npm run lint\nModules: a'),
      'npm test \\\n--silent &&\nnpm run lint',
    )
  })

  it('may be the setup of the phase', () => {
    assert.equal(readBody('Setup Command: npm ci').setupCommand, 'npm ci')
  })
})

describe('criteria and tasks', () => {
  it('keep the stars of globs, and lose those of emphasis', () => {
    assert.deepEqual(texts(readBody('Success Criteria:\n- src/*.py and tests/*.py exist\n- **all** *tests* pass\n')), [
      'src/*.py and tests/*.py exist',
      'all tests pass',
    ])
  })

  it('carry their inline code', () => {
    const [criterion] = readBody('Success Criteria:\n- `npm run build` passes on `main`\n').criteria
    assert.deepEqual([criterion?.text, criterion?.code], ['npm run build passes on main', ['npm run build', 'main']])
  })

  it('take a check from below, as an item, a line or fenced', () => {
    const body = 'Success Criteria:\n- a\n  - check: npm a\n- b\n  **Check:** `npm b`\n- c\n  - check:\n    ```\n    npm c\n    ```\n'
    assert.deepEqual(
      readBody(body).criteria.map(({text, check}) => [text, check]),
      [
        ['a', 'npm a'],
        ['b', 'npm b'],
        ['c', 'npm c'],
      ],
    )
  })

  it('take the items below them into their text', () => {
    assert.deepEqual(readBody('- Endpoints:\n  - GET /a\n  - POST /b\n- Other\n').tasks, ['Endpoints: GET /a; POST /b', 'Other'])
  })

  it('may be numbered, have boxes and go over several lines', () => {
    assert.deepEqual(readBody('1. [ ] one\n   two\n2. [x] three\n').tasks, ['one two', 'three'])
  })

  it('may be a single line', () => {
    assert.deepEqual(texts(readBody('Success Criteria: all tests pass\n')), ['all tests pass'])
  })
})

describe('other labels', () => {
  it('give files, with braces and in code', () => {
    assert.deepEqual(readBody('Files: src/{a,b}/**, `my file`').files, ['src/{a,b}/**', 'my', 'file'])
    assert.deepEqual(readBody('Files: `my file`, `b`').files, ['my file', 'b'])
    assert.deepEqual(readBody('Files:\n- **/*.ts\n- lib/**/*.js, test/**/*.js').files, ['**/*.ts', 'lib/**/*.js', 'test/**/*.js'])
  })

  it('give what each module owns', () => {
    const owners = (body: string) => readBody(`Modules: api, web\n${body}`).modules.map(({owns}) => owns)
    assert.deepEqual(owners('Owns: api: src/a/**, src/b; web: src/w/**'), [['src/a/**', 'src/b'], ['src/w/**']])
    assert.deepEqual(owners('Owns:\n- `api`: `src/a/**`\n- **web**: src/w/**'), [['src/a/**'], ['src/w/**']])
  })

  it('give the options of a phase', () => {
    const {allowTodo, timeoutMs, agent} = readBody('Allow TODO: Yes\nTimeout: 30m\nAgent: codex')
    assert.deepEqual([allowTodo, timeoutMs, agent], [true, 1_800_000, 'codex'])
  })

  it('give the phases it depends on, by number, name or title', () => {
    const {spec} = parseSpec(
      '# Phase 1: A and B\n# Phase 2: C\n# Phase 3: D\nDepends On: Phase 1: A and B\n# Phase 4: E\nDepends On: 1, C\n',
    )
    assert.deepEqual(
      spec.phases.map(({dependsOn}) => dependsOn),
      [[], [], ['Phase 1: A and B'], ['1', 'C']],
    )
  })
})

describe('the template', () => {
  it('has no problems', () => {
    assert.deepEqual(parseSpec(specTemplate()).problems, [])
  })
})
