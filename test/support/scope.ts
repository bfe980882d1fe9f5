/**
 * False where a further runtime is tried (`CONDUCT_TEST_SCOPE=runtime`): what does not depend on the runtime, such as the tools of
 * others that validators start, and what is there in numbers, such as kills, is tried on the first one.
 */
export const isThorough = process.env['CONDUCT_TEST_SCOPE'] !== 'runtime'

/** For `before`: skips what the first runtime has shown for all. */
export function once(context: Mocha.Context): void {
  if (!isThorough) context.skip()
}
