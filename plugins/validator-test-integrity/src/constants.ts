/** What an expression is worth when nothing in it can change; `undefined` when something can. */
export function constantOf(text: string): boolean | undefined {
  const bare = unwrap(text.trim())
  if (TRUE.test(bare)) return true
  if (FALSE.test(bare)) return false
  const negated = /^(?:!|not\s+)(.+)$/s.exec(bare)?.[1]
  if (negated !== undefined && !/&&|\|\||\band\b|\bor\b|[=<>]/.test(negated)) return negate(constantOf(negated))
  if (/(?:\|\||\bor)\s*(?:true|True|1)$/.test(bare) || /^(?:true|True|1)\s*(?:\|\||or\b)/.test(bare)) return true
  if (/(?:&&|\band)\s*(?:false|False|0)$/.test(bare) || /^(?:false|False|0)\s*(?:&&|and\b)/.test(bare)) return false
  return compared(bare)
}

const TRUE = /^(?:true|True|-?[1-9][\d.]*|"[^"]+"|'[^']+'|`[^`$]+`)$/
const FALSE = /^(?:false|False|0|None|null|undefined|nil|(?:\w+\.)?TYPE_CHECKING|""|''|``)$/

const negate = (value: boolean | undefined) => (value === undefined ? undefined : !value)

function unwrap(text: string): string {
  const inner = /^\(([^()]*)\)$/.exec(text)?.[1]
  return inner === undefined || inner.includes(',') ? text : unwrap(inner.trim())
}

/** `1 === 1`, `x == x`: the same on both sides, without a call, which may answer differently each time. */
function compared(text: string): boolean | undefined {
  const [, less = '', sign = '', more = ''] = /^(-?[\d.]+)\s*([<>]=?)\s*(-?[\d.]+)$/.exec(text) ?? []
  if (sign !== '') return sign.startsWith('<') ? isBelow(less, more, sign) : isBelow(more, less, sign)
  const [, left = '', operator = '', right = ''] = /^([^=!<>()&|]+?)\s*(===?|!==?|\bis not\b|\bis\b)\s*([^=!<>()&|]+)$/.exec(text) ?? []
  if (operator === '') return undefined
  const isSame = left.trim() === right.trim()
  const areNumbers = [left, right].every((side) => /^-?[\d.]+$/.test(side.trim()))
  if (!isSame && !areNumbers) return undefined
  return operator.startsWith('!') || operator === 'is not' ? !isSame : isSame
}

const isBelow = (one: string, other: string, sign: string) =>
  Number(one) < Number(other) || (sign.length === 2 && Number(one) === Number(other))

/** Both sides say the same, and nothing in them is computed. */
export function isSameWithoutCall(one: string, other: string): boolean {
  return one === other && !/\w\s*\(|\bnew\b|\bawait\b|=>/.test(one)
}
