import assert from 'node:assert/strict'
import {parseSource} from '@conduct-cli/source'
import {exportedNames, namesAfterExport} from '../src/javascript/exports.ts'

const PLAIN = [
  'export function a(b, c = {}) { const d = 1; return function e() {} }',
  'export async function* a() {}',
  'export class a { b() {} static c = 1 }',
  'export default class a {}',
  'export default function () {}',
  'export abstract class a<T> extends b<T> {}',
  'export declare function a(b: number): void',
  'export interface a { b: 1 }',
  'export const enum a { b }',
  'export enum a { b }',
  'export function été() {}',
]
const UNCLEAR = ['export const a = 1, b = 2', 'export {a as b}', "export * from 'a'", 'export type a = 1', 'export /* a */ function b() {}']

describe('namesAfterExport', () => {
  for (const text of [...PLAIN, ...UNCLEAR]) {
    it(`leaves no name out that a parser finds, or leaves it to the parser: ${text}`, () => {
      const source = parseSource('a.ts', text)
      const parsed = source && exportedNames(source)
      const read = namesAfterExport(text)
      assert.ok(parsed)
      assert.deepEqual(
        [...parsed.names].filter((name) => read?.includes(name) === false),
        [],
      )
    })
  }

  it('knows most declarations without a parser', () => {
    assert.deepEqual(
      PLAIN.filter((text) => namesAfterExport(text) === undefined),
      ['export const enum a { b }'],
    )
    assert.deepEqual(
      UNCLEAR.filter((text) => namesAfterExport(text) !== undefined),
      [],
    )
  })
})
