import assert from 'node:assert/strict'
import {ROLES} from '../../src/agents/agent.ts'
import {readPrompt} from '../../src/agents/prompt.ts'
import {roleBrief} from '../../src/agents/role-brief.ts'

describe('the brief of a role that another agent launches', () => {
  for (const role of ROLES) {
    it(`${role} is its prompt, with the name of each value and what it means`, () => {
      const brief = roleBrief(role)
      const names = new Set([...readPrompt(role).matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name))
      assert.ok(names.size > 4)
      for (const name of names) assert.match(brief, new RegExp(`^- \`<${name}>\`: \\S`, 'm'))
      assert.ok(brief.endsWith(readPrompt(role).replaceAll(/\{\{(\w+)\}\}/g, '<$1>')))
    })
  }
})
