import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import {addEntry, readEntry} from '../../src/project/json-edit.ts'
import {JsonSyntaxError, parseJsonText} from '../../src/project/json-text.ts'

const OURS = {command: 'conduct', args: ['mcp']}
const add = (text: string) => addEntry(text, 'mcpServers', 'conduct', OURS)

describe('an entry added to a JSON file', () => {
  it('leaves the entries of others, their form and their comments alone', () => {
    const before = `{
    // ours since 2024
    "mcpServers": {
        "db": {"command": "db-mcp"} // do not touch
    },
    "odd":   [1,2]
}
`
    assert.equal(
      add(before),
      `{
    // ours since 2024
    "mcpServers": {
        "db": {"command": "db-mcp"}, // do not touch
        "conduct": {
            "command": "conduct",
            "args": [
                "mcp"
            ]
        }
    },
    "odd":   [1,2]
}
`,
    )
  })

  it('makes the group where there is none', () => {
    assert.deepEqual(JSON.parse(add('{}')), {mcpServers: {conduct: OURS}})
    assert.deepEqual(JSON.parse(add('{"a": 1}')), {a: 1, mcpServers: {conduct: OURS}})
    assert.deepEqual(JSON.parse(add('{"mcpServers": {}}')), {mcpServers: {conduct: OURS}})
  })

  it('gets along with trailing commas, tabs, CRLF and a byte order mark', () => {
    const text = add('\uFEFF{\r\n\t"mcpServers": {\r\n\t\t"db": {},\r\n\t},\r\n}\r\n')
    assert.deepEqual(readEntry(text, 'mcpServers', 'conduct'), OURS)
    assert.deepEqual(readEntry(text, 'mcpServers', 'db'), {})
    assert.match(text, /\r\n\t\t"conduct": \{\r\n\t\t\t"command"/)
    assert.doesNotMatch(text, /[^\r]\n|,,/)
  })

  it('is refused with line and column where the file is no JSON', () => {
    const place = (text: string) => {
      try {
        add(text)
      } catch (error) {
        if (error instanceof JsonSyntaxError) return `${error.line}:${error.column} ${error.message}`
      }
      return 'accepted'
    }
    assert.equal(place('{\n  "a": 1\n  "b": 2\n}'), '3:3 A comma or a brace is missing')
    assert.equal(place('{"a": tru}'), '1:7 This is no JSON')
    assert.equal(place('{"a": '), '1:7 It ends in the middle')
    assert.equal(place('mcpServers: {}'), '1:1 This is no JSON')
    assert.equal(place('[]'), '1:1 The whole must be an object')
    assert.equal(place('{"mcpServers": []}'), '1:1 "mcpServers" must be an object')
    assert.equal(place('{} {}'), '1:4 Nothing may follow here')
    assert.equal(place(''), '1:1 It ends in the middle')
  })

  it('changes nothing else, whatever the file holds', () => {
    const others = fc.dictionary(fc.string(), fc.jsonValue()).filter((value) => !('mcpServers' in value))
    const servers = fc.dictionary(fc.string(), fc.jsonValue()).filter((value) => !('conduct' in value))
    fc.assert(
      fc.property(others, servers, fc.constantFrom(undefined, 1, 2, '\t'), (rest, mcpServers, space) => {
        const text = JSON.stringify({...rest, mcpServers}, undefined, space)
        assert.deepEqual(JSON.parse(add(text)), JSON.parse(JSON.stringify({...rest, mcpServers: {...mcpServers, conduct: OURS}})))
      }),
    )
  })

  it('is read as JSON.parse reads it', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        assert.deepEqual(parseJsonText(text).value, JSON.parse(text))
      }),
    )
  })
})
