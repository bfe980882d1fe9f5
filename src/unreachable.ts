/** Ends a `switch` over a union: a new member becomes a compile error here, and a bug report at run time. */
export function unreachable(value: never): never {
  throw new Error(`Internal error: unexpected value ${JSON.stringify(value)}`)
}
