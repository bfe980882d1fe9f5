import assert from 'node:assert/strict'
import {findMarks} from '../src/find-marks.ts'

const isMark = (comment: string, file = 'src/a.ts') => findMarks(file, `${comment}\nexport const a = 1\n`).length > 0

describe('a comment', () => {
  const admissions = [
    '// TODO',
    '// TODO(ann): all of it',
    '// @TODO later',
    '// - TODO handle errors',
    '/**\n * @todo handle errors\n */',
    '// errors are ignored, TODO',
    '// this is a HACK around it',
    '/* XXX: slow */',
    '// todo: more',
    '// FIXME handle errors',
    '// Not implemented yet.',
    '// This is not yet implemented',
    '// In a real implementation, this would call the API',
    '// In a real app we would use a database',
    '// in production this would be stored in Redis',
    '// For now, just return an empty list',
    '// for now we return a hard-coded value',
    '// returns a dummy value for now',
    '// Hardcoded response until the backend is ready',
    '// placeholder implementation',
    '// mock implementation of the payment service',
    '// This is just a stub',
    '// this is a placeholder',
    '// Simulate API call',
    '// simulates a network request',
    '// your code here',
    '// Add your logic here',
    '// the actual implementation goes here',
    '// ... rest of the code',
    '// ... existing code ...',
    '// will be implemented later',
    '// implementation pending',
    '// Implement me!',
    '// implement this',
    '// left as an exercise for the reader',
    '// coming soon',
  ]
  for (const comment of admissions) it(`admits: ${comment}`, () => assert.ok(isMark(comment)))

  const honest = [
    '// the placeholder text of the field',
    '// placeholder for the avatar while it loads',
    '// Classes implement this interface',
    '// implement this interface to add a store',
    '// throws when the method is not implemented by a subclass',
    '// the server answers 501 Not Implemented',
    '// NotImplementedError tells the caller that the platform has no such call',
    '// phone numbers look like XXX-XXX-XXXX',
    '// TODOs of others are none of ours',
    '// in production the key comes from the environment',
    '// works in real browsers only',
    '// for now() see the clock',
    '// returns the mocked clock of the test',
    '// a mock server for development',
    '// hacked together from three sources',
    '// the stub of the ticket is kept',
    '// dummy variable: 1 for members',
    '// temporary files are removed at the end',
    '// see https://example.com/TODO-list',
    '// fake news detector',
    '// existing code is kept',
    '// Not all of it was done by hand',
    '// the rest of the code is in b.ts',
    '// simulate the flow of heat',
  ]
  for (const comment of honest) it(`admits nothing: ${comment}`, () => assert.ok(!isMark(comment)))

  it('of a to-do app may speak of to-dos, but not leave any', () => {
    const app = (comment: string) => findMarks('src/app.ts', `export const todos: Todo[] = []\n${comment}\n`).length > 0
    for (const comment of [
      '// Renders the TODO list',
      '// TODO items are sorted by date',
      '/** @param todo: the item */',
      '// deletes a TODO (and its tags)',
    ]) {
      assert.ok(!app(comment), comment)
    }
    for (const comment of ['// TODO: delete', '// TODO delete it as well', '// todo: later', '// not implemented'])
      assert.ok(app(comment), comment)
  })

  it('in a Python docstring of a to-do app may name a parameter', () => {
    assert.deepEqual(findMarks('app.py', 'def add(todo):\n    """Args:\n        todo: The item.\n    """\n    return [todo]\n'), [])
  })

  it('of one word counts behind a value, and alone in a function', () => {
    const lines = (text: string) => findMarks('a.ts', text).map(({line}) => line)
    assert.deepEqual(lines('function a() {\n  return null // stub\n}\n'), [2])
    assert.deepEqual(lines('function a() {\n  // placeholder\n  return []\n}\n'), [2])
    assert.deepEqual(lines('// Mock\nexport class Mock {}\n'), [])
    assert.deepEqual(findMarks('a.tsx', 'const a = <div>\n{/* Placeholder */}\n<Skeleton /></div>\n'), [])
  })

  it('in a test may speak of doubles, but leave nothing to do', () => {
    assert.ok(!isMark('// fake implementation of the store, for now in memory', 'test/a.test.ts'))
    assert.ok(isMark('// TODO: more cases', 'test/a.test.ts'))
  })

  it('is read in languages without a grammar, too', () => {
    for (const file of ['a.rb', 'a.sh', 'Dockerfile', 'a.yml', 'Makefile', 'a.tf', 'a.ex']) assert.ok(isMark('# TODO: all', file), file)
    for (const file of ['a.swift', 'a.kt', 'a.cs', 'a.dart', 'a.proto']) assert.ok(isMark('// TODO: all', file), file)
  })
})
