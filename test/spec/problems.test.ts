import assert from 'node:assert/strict'
import {parseSpec} from '../../src/spec/parse.ts'
import {renderProblems} from '../../src/spec/problem.ts'

/** `line:column code` of each problem of a phase that is well but for this. */
function findProblems(body: string): readonly string[] {
  return codesOf(`### Phase 1: One\nTest Command: npm test\nSuccess Criteria: all tests pass\n\n${body}`)
}

function codesOf(text: string): readonly string[] {
  return parseSpec(text).problems.map(({severity, line, column, code}) => `${line}:${column} ${severity} ${code}`)
}

function hintOf(body: string): string | undefined {
  return parseSpec(`### Phase 1: One\nTest Command: npm test\nSuccess Criteria: all tests pass\n\n${body}`).problems[0]?.hint
}

describe('problems of a spec', () => {
  it('are printed with place, code and hint', () => {
    const {problems} = parseSpec('### Phase 1: One\nModles: a\n')
    assert.equal(
      renderProblems(
        'SPEC.md',
        problems.filter(({line}) => line === 2),
      ),
      'SPEC.md:2:1 error Unknown label "Modles". [unknown-label]\n  hint: Did you mean "Modules:"?',
    )
  })

  it('come all at once, in the order of the document', () => {
    assert.deepEqual(codesOf('### Phase 1: One\nModules: ../x\n### Phase 2: Two\n'), [
      '1:1 error no-test-command',
      '1:1 warning no-criteria',
      '2:10 error unsafe-module-name',
      '3:1 error no-modules',
      '3:1 error no-test-command',
      '3:1 warning no-criteria',
    ])
  })

  it('begin with no phases', () => {
    for (const text of ['', '# Title\n', '```\n# Phase 1: A\n```']) assert.deepEqual(codesOf(text), ['1:1 error no-phases'])
  })

  it('tell a text that is too long', () => {
    assert.deepEqual(codesOf('a'.repeat(3_000_000)), ['1:1 error too-long'])
  })

  it('tell lists that are too deep', () => {
    assert.deepEqual(findProblems(`Modules: a\n\n${'- '.repeat(101)}a`), ['7:1 error too-deep'])
  })

  it('tell a paragraph with too many marks', () => {
    assert.deepEqual(findProblems(`Modules: a\n\n- ${'[a](b) '.repeat(101)}`), ['7:3 warning too-many-marks'])
  })
})

describe('problems of modules', () => {
  it('are no modules at all', () => {
    for (const body of ['', 'Modules:\n', 'Modules: none\n']) {
      assert.deepEqual(
        findProblems(body).map((problem) => problem.split(' ')[2]),
        ['no-modules'],
      )
    }
  })

  const unsafe = [
    '../x',
    '-f',
    'a b',
    'con',
    'NUL.txt',
    '.',
    '..',
    'a..b',
    'x.lock',
    'a.',
    'a/b',
    'a\\b',
    'a~1',
    '\u{202E}a',
    'ünder',
    'a'.repeat(64),
  ]
  for (const name of unsafe) {
    it(`are names such as ${JSON.stringify(name.slice(0, 10))}, at their place`, () => {
      assert.deepEqual(findProblems(`Modules: ok, ${name}, fine`), ['5:14 error unsafe-module-name'])
      const safe = /"(.*)"\.$/.exec(hintOf(`Modules: ok, ${name}, fine`) ?? '')?.[1] ?? ''
      assert.deepEqual(findProblems(`Modules: ${safe}`), [])
    })
  }

  it('are empty names, and a comma at the end is none', () => {
    assert.deepEqual(findProblems('Modules: a,, b'), ['5:12 error unsafe-module-name'])
    assert.deepEqual(findProblems('Modules: a, b,'), [])
  })

  it('are names that differ by letter case only', () => {
    assert.deepEqual(findProblems('Modules: api, web, API'), ['5:20 error duplicate-module'])
  })

  it('are owners that are no module, with the one that was meant', () => {
    assert.deepEqual(findProblems('Modules: api, web\nOwns: apo: src/**'), ['6:7 error unknown-owner'])
    assert.equal(hintOf('Modules: api, web\nOwns: apo: src/**'), 'Did you mean "api"?')
    assert.deepEqual(findProblems('Modules: api, web\nOwns: src/**'), ['6:7 error unknown-owner'])
    assert.deepEqual(findProblems('Modules: api\nOwns: src/**'), [])
  })

  it('are globs of two modules that may match the same file', () => {
    assert.deepEqual(findProblems('Modules: a, b\nOwns: a: src/**; b: src/x/**'), ['6:1 warning overlapping-owners'])
    assert.deepEqual(findProblems('Modules: a, b\nOwns: a: src/a, src/a/x; b: src/ab/**'), [])
  })
})

describe('problems of labels', () => {
  it('are misspelled ones, wherever they stand', () => {
    for (const body of ['Modules: a\nGotcas:\n- x', '- task\nModles: a', 'Modules: a\n\n- Modles: a', '**Sucess Criteria:**\n- x']) {
      assert.ok(
        findProblems(body).some((problem) => problem.endsWith('error unknown-label')),
        body,
      )
    }
  })

  it('are warnings for other words at the beginning of a paragraph', () => {
    assert.deepEqual(findProblems('Modules: a\n\nDeployment: by hand'), ['7:1 warning unknown-label'])
    assert.equal(hintOf('Modules: a\n\nTests: by hand'), 'Did you mean "Test Command:"?')
  })

  it('are not prose with a colon', () => {
    assert.deepEqual(findProblems('- Note: x\n- Use std::vector: fast\n- See http://a.b\n\nModules: a\n\nNote: this is prose.'), [])
  })

  it('are labels that stand twice', () => {
    assert.deepEqual(findProblems('Modules: a\nModules: b'), ['6:1 error duplicate-label'])
  })

  it('are warnings when one is taken for an item of another', () => {
    assert.deepEqual(findProblems('Modules: a\n\nGotchas:\n- Modules: b'), ['8:3 warning label-in-list'])
  })
})

describe('problems of headings', () => {
  it('are misspelled phases', () => {
    assert.deepEqual(codesOf('## Phse 2: x').slice(0, 1), ['1:1 error not-a-phase'])
    assert.deepEqual(codesOf('## Phase: x').slice(0, 1), ['1:1 error not-a-phase'])
  })

  const phase = 'Modules: a\nTest Command: npm test\nSuccess Criteria: x\n'

  it('are phases outside the list, and others inside it', () => {
    const text = `## Implementation Phases\n### Phase 1: A\n${phase}### Other\n## End\n### Phase 2: B\n`
    assert.deepEqual(codesOf(text), ['6:1 warning not-a-phase', '8:1 warning phase-outside'])
  })

  it('are names that stand twice, and numbers out of order', () => {
    assert.deepEqual(codesOf(`# Phase 1: A\n${phase}# phase 1: a\n${phase}`), ['5:1 error duplicate-phase', '5:1 warning phase-order'])
    assert.deepEqual(codesOf(`# Phase 2: A\n${phase}# Phase 1: B\n${phase}`), ['5:1 warning phase-order'])
  })

  it('are phases that depend on a later one, or on none', () => {
    const text = `# Phase 1: A\n${phase}Depends On: Phase 2\n# Phase 2: B\n${phase}Depends On: Phase 7\n`
    assert.deepEqual(codesOf(text), ['5:13 error depends-on-later', '10:13 error unknown-phase'])
  })
})

describe('problems of values', () => {
  it('are commands that are mixed with prose, or go on without a sign', () => {
    const problemsOf = (command: string) => codesOf(`# Phase 1: A\nModules: a\nSuccess Criteria: x\nTest Command: ${command}`)
    assert.deepEqual(problemsOf('`npm test` must pass'), ['4:15 error unclear-command'])
    assert.deepEqual(problemsOf('npm test\nIt must pass.'), ['5:1 error unclear-command'])
    assert.deepEqual(problemsOf('echo ok'), ['4:1 warning vacuous-test-command'])
    assert.deepEqual(problemsOf('echo ok && npm test'), [])
    assert.deepEqual(problemsOf('\n```\n# later\n```'), ['4:1 error no-test-command'])
  })

  it('are paths that lead out of the repository', () => {
    for (const glob of ['/etc/*', '../x', 'a/../../x', '~/x', 'C:\\x']) {
      assert.deepEqual(findProblems(`Modules: a\nFiles: ${glob}`), ['6:8 error unsafe-path'], glob)
    }
  })

  it('are switches, durations and agents that are none', () => {
    assert.deepEqual(findProblems('Modules: a\nAllow TODO: maybe\nTimeout: soon\nAgent: the best'), [
      '6:1 error not-yes-or-no',
      '7:1 error not-a-duration',
      '8:1 error not-an-agent',
    ])
  })

  it('are checks without a command', () => {
    assert.deepEqual(findProblems('Modules: a\n\nSuccess Criteria:\n- a\n  - check:\n'), ['9:5 error empty-check'])
  })
})
