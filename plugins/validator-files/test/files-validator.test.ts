import assert from 'node:assert/strict'
import {createCheckout, createPhase, validateCheckout} from '../../../test/validators/support.ts'
import {validatorContract} from '../../../test/validators/validator-contract.ts'
import {filesValidator} from '../src/files-validator.ts'
import {isStub} from '../src/stub.ts'

validatorContract({
  validator: {...filesValidator, applies: (input) => input.files[0] !== 'README.md' && filesValidator.applies(input)},
  phase: {files: ['src/*.js', 'docs/']},
  nothing: {'README.md': '# A\n'},
  good: {'src/a.js': 'export const a = 1\n', 'docs/index.md': '# Docs\n'},
  bad: {'src/a.js': '// later\n', 'other.md': 'x'},
})

describe('files', () => {
  async function check(files: Readonly<Record<string, string>>, patterns: readonly string[]) {
    const checkout = await createCheckout(files)
    const request = {validators: [{validator: filesValidator, options: undefined}], phase: createPhase({files: patterns})}
    return (await validateCheckout(checkout, request)).verdicts[1]
  }

  it('is skipped when the phase names no files', async () => {
    assert.equal((await check({'a.js': '1'}, []))?.status, 'skip')
  })

  it('names each pattern that matches nothing', async () => {
    const verdict = await check({'a.js': '1'}, ['a.js', 'proto/*.proto', 'b.js'])
    assert.deepEqual(
      verdict?.findings.map(({message}) => /`(.+?)`/.exec(message)?.[1]),
      ['proto/*.proto', 'b.js'],
    )
  })

  it('finds a file that is nothing but comments', async () => {
    const verdict = await check({'a.js': '/* later */\n// soon\n'}, ['a.js'])
    assert.deepEqual([verdict?.status, verdict?.findings[0]?.file], ['fail', 'a.js'])
  })

  it('takes a list of names to export for nothing, but not what it names', async () => {
    assert.equal((await check({'a.py': '"""Reports."""\n\n__all__: list[str] = []\n'}, ['a.py']))?.status, 'fail')
    assert.equal((await check({'a.py': '__all__ = ["f"]\n\n\ndef f():\n    return 1\n'}, ['a.py']))?.status, 'pass')
  })

  it('says where a file of that name is', async () => {
    const verdict = await check({'src/App.ts': 'a()\n', 'lib/b.ts': 'b()\n'}, ['src/app.ts', 'src/b.ts'])
    assert.deepEqual(
      verdict?.findings.map(({message}) => /There is `(.+?)`/.exec(message)?.[1]),
      ['src/App.ts', 'lib/b.ts'],
    )
  })

  it('accepts a glob when one of its files has content', async () => {
    assert.equal((await check({'src/__init__.py': '', 'src/a.py': '# x\n', 'src/b.py': 'b = 1\n'}, ['src/*.py']))?.status, 'pass')
  })
})

describe('isStub', () => {
  it('does not take a heading for a comment', () => assert.equal(isStub('README.md', '# Title\n'), false))
  it('does not take #include for a comment', () => assert.equal(isStub('a.c', '#include <stdio.h>\n'), false))
  it('lets files be empty that mean something by being there', () => assert.equal(isStub('pkg/__init__.py', ''), false))
  it('sees an empty file of any kind', () => assert.equal(isStub('data.bin', ' \n'), true))

  const stubs: readonly (readonly [file: string, text: string])[] = [
    ['a.py', '"""All of it."""\n'],
    ['a.py', 'import os\nfrom typing import Any\n\npass\n'],
    ['a.py', 'class Store:\n    """A store."""\n    pass\n'],
    ['a.py', 'from .gone import *\n'],
    ['a.ts', 'export {}\n'],
    ['a.ts', "'use strict'\nimport {x} from 'x'\n"],
    ['a.ts', 'export class Store {\n  // later\n}\n'],
    ['a.ts', "export * from './gone.ts'\n"],
    ['a.js', 'module.exports = {};\n'],
    ['a.js', 'export default {}\n'],
    ['a.go', '// Package a does it all.\npackage a\n\nimport "fmt"\n'],
    ['A.java', 'package a;\nimport java.util.List;\npublic class A {\n}\n'],
    ['a.rs', '#![allow(dead_code)]\nuse std::io;\n'],
    ['a.php', '<?php\n// later\n'],
    ['a.proto', 'syntax = "proto3";\npackage a;\n'],
    ['generate.sh', '#!/bin/sh\nset -e\nexit 0\n'],
    ['a.yml', '# later\n'],
    ['docs/api.md', '# API\n\nTODO\n'],
    ['notes.txt', 'TBD\n'],
  ]
  for (const [file, text] of stubs) it(`sees a stub: ${JSON.stringify(text)}`, () => assert.equal(isStub(file, text), true))

  const content: readonly (readonly [file: string, text: string])[] = [
    ['a.py', 'x = 1\n'],
    ['a.py', 'class MyError(Exception):\n    pass\n'],
    ['a.py', 'from .b import *\n'],
    ['a.py', 'from . import b\n'],
    ['a.ts', "export * from './b.js'\n"],
    ['a.ts', "export {x} from 'x'\n"],
    ['a.ts', "import './b.css'\n"],
    ['a.ts', 'export interface A {}\n'],
    ['a.js', '"a" + b()\n'],
    ['a.go', 'package a\n\nimport _ "x/y"\n'],
    ['a.rs', 'pub use b::c;\n'],
    ['a.rs', 'mod b;\n'],
    ['a.proto', 'syntax = "proto3";\nmessage A {}\n'],
    ['a.sh', 'echo hello\n'],
    ['a.json', '{}\n'],
    ['a.md', 'TODO is a word.\n'],
  ]
  const files = ['a.ts', 'a.py', 'b.ts', 'b.css', 'b.py']
  for (const [file, text] of content) it(`sees content: ${JSON.stringify(text)}`, () => assert.equal(isStub(file, text, files), false))
})
