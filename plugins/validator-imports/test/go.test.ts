import assert from 'node:assert/strict'
import {createCheckout, ENV, snapshot, validateCheckout} from '../../../test/validators/support.ts'
import {needs} from '../../../test/validators/tools.ts'
import {parseComplaints} from '../src/go/complaints.ts'
import {importsValidator} from '../src/imports-validator.ts'
import {check, checkCheckout, type Files} from './support.ts'

const MODULE = {'go.mod': 'module example.com/app\n\ngo 1.18\n', 'db/db.go': 'package db\n\nfunc Connect() int { return 1 }\n'}
const main = (...imports: readonly string[]) =>
  `package main\n\nimport (\n${imports.map((path) => `\t_ "${path}"\n`).join('')})\n\nfunc main() {}\n`

describe('what go build and go vet print', () => {
  it('is read with places, without folders of the machine, and with the lines that belong together', () => {
    const output = [
      '# example.com/app/cmd',
      'cmd/main.go:5:2: no required module provides package x.y/z; to add it:',
      '\tgo get x.y/z',
      'vet: ./a.go:7:2: package fmtx is not in GOROOT (/usr/local/go/src/fmtx)',
      'go: downloading x.y/z v1.0.0',
      'go: updates to go.mod needed; to update it:',
      '\tgo mod tidy',
      'a.go:9:1: too many errors',
    ].join('\n')
    assert.deepEqual(parseComplaints(output, 'go build', 'svc'), [
      {message: 'go build: no required module provides package x.y/z; to add it: go get x.y/z', file: 'svc/cmd/main.go', line: 5},
      {message: 'go build: package fmtx is not in std', file: 'svc/a.go', line: 7},
      {message: 'go build: go: updates to go.mod needed; to update it: go mod tidy'},
    ])
  })
})

describe('imports of Go', () => {
  before(function () {
    this.timeout(60_000)
    needs(this, 'go', 'version')
  })

  const lies: readonly (readonly [rule: string, files: Files, expected: readonly string[], base?: Files])[] = [
    [
      'packages that are not there, and modules that go.mod does not require',
      {...MODULE, 'main.go': main('example.com/app/cache', 'github.com/nobody/nothing', 'fmtx')},
      [
        'main.go:4 `example.com/app/cache` is a package of this module, and there is no Go file in `cache`.',
        'main.go:5 go build: no required module provides package github.com/nobody/nothing; to add it: go get github.com/nobody/nothing',
        'main.go:6 go build: package fmtx is not in std',
      ],
    ],
    [
      'generated packages that were not generated',
      {...MODULE, 'proto/greeter.proto': '', 'main.go': main('example.com/app/gen/greeterpb')},
      [
        'main.go:4 `example.com/app/gen/greeterpb` is a package of this module, and there is no Go file in `gen/greeterpb`. If it is generated from `proto/greeter.proto`, generate it and commit it.',
      ],
    ],
    [
      'names that callers in other files still use',
      {
        ...MODULE,
        'db/db.go': 'package db\n\nfunc Open() int { return 1 }\n',
        'main.go': 'package main\n\nimport "example.com/app/db"\n\nfunc main() { db.Connect() }\n',
      },
      ['main.go:5 go build: undefined: db.Connect'],
      {...MODULE, 'main.go': 'package main\n\nimport "example.com/app/db"\n\nfunc main() { db.Connect() }\n'},
    ],
    [
      'what only files behind a tag import',
      {
        ...MODULE,
        'a_windows.go': 'package app\n\nimport "example.com/app/lock"\n\nvar _ = lock.New\n',
        'b.go': '//go:build prod\n\npackage app\n\nimport (\n\t"fmt"\n\t"github.com/nobody/nothing"\n)\n\nvar _ = fmt.Sprint(nothing.X)\n',
        'tool.go': '//go:build ignore\n\npackage main\n\nimport "github.com/nobody/tool"\n\nfunc main() { tool.Run() }\n',
        'c.go': 'package app\n',
      },
      [
        'a_windows.go:3 `example.com/app/lock` is a package of this module, and there is no Go file in `lock`.',
        'b.go:7 `github.com/nobody/nothing` is in no module that `go.mod` requires: run `go get github.com/nobody/nothing`. A build tag does not change that.',
      ],
    ],
    [
      'what is wrong in a test, in a module of a workspace',
      {
        'go.work': 'go 1.18\n\nuse ./svc\n',
        'svc/go.mod': 'module example.com/svc\n\ngo 1.18\n',
        'svc/a.go': 'package svc\n',
        'svc/a_test.go': 'package svc\n\nimport "testing"\n\nfunc TestA(t *testing.T) { missing() }\n',
      },
      ['svc/a_test.go:5 go vet: undefined: missing'],
    ],
  ]
  for (const [rule, files, expected, base] of lies) {
    it(`finds ${rule}`, async () => assert.deepEqual((await check(files, base)).findings, expected))
  }

  it('accepts what builds, and writes nothing into the tree', async () => {
    const checkout = await createCheckout({...MODULE, 'main.go': main('fmt', 'example.com/app/db')})
    const before = await snapshot(checkout.cwd)
    const {status, findings} = await checkCheckout(checkout)
    assert.deepEqual([status, findings], ['pass', []])
    assert.deepEqual(await snapshot(checkout.cwd), before)
  })

  it('blames nobody for what did not build before', async () => {
    const broken = {...MODULE, 'old/old.go': 'package old\n\nvar X int = "a"\n'}
    assert.deepEqual((await check({...broken, 'db/more.go': 'package db\n\nvar Y = 1\n'}, broken)).findings, [])
  })

  it('is not asked about code that belongs to no module, or that the task left alone', async () => {
    const script = {'tool.go': 'package main\n\nfunc main() {}\n'}
    assert.equal((await check(script)).status, 'skip')
    assert.equal((await check({...MODULE, 'a.md': 'x'}, MODULE)).status, 'skip')
  })
})

describe('imports of Go, without Go', () => {
  it('says how to get it', async () => {
    const checkout = await createCheckout({...MODULE})
    const validators = [{validator: importsValidator, options: undefined}]
    const [verdict] = (await validateCheckout(checkout, {validators, env: {...ENV, PATH: checkout.cwd}})).verdicts
    assert.equal(verdict?.status, 'fail')
    assert.equal(verdict?.missing?.[0]?.tool, 'go')
  })
})
