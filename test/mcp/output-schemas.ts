import assert from 'node:assert/strict'
import {AjvJsonSchemaValidator} from '@modelcontextprotocol/client/validators/ajv'
import type {RawClient, ToolAnswer} from './raw-client.ts'

interface ListedTool {
  readonly name: string
  readonly outputSchema: Parameters<AjvJsonSchemaValidator['getValidator']>[0]
}

/** Calls tools that must work, and holds every answer to the schema that the server announced for it. */
export async function openToolbox(client: RawClient) {
  const {tools} = (await client.request('tools/list')) as {readonly tools: readonly ListedTool[]}
  const ajv = new AjvJsonSchemaValidator()
  const checks = new Map(tools.map(({name, outputSchema}) => [name, ajv.getValidator(outputSchema)]))
  return {
    names: tools.map(({name}) => name),
    /** The structured content, which the text repeats. */
    async call<T>(name: string, args: Readonly<Record<string, unknown>>): Promise<T> {
      const answer: ToolAnswer = await client.call(name, args)
      const [text] = answer.content
      assert.notEqual(answer.isError, true, `${name}: ${text?.text}`)
      const found = checks.get(name)?.(answer.structuredContent)
      assert.equal(found?.valid, true, `${name}: ${found?.errorMessage}`)
      assert.deepEqual(JSON.parse(text?.text ?? ''), answer.structuredContent)
      return answer.structuredContent as T
    },
  }
}
