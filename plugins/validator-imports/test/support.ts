import {createCheckout, validateCheckout, type Checkout} from '../../../test/validators/support.ts'
import {importsValidator} from '../src/imports-validator.ts'

export type Files = Readonly<Record<string, string>>

/** What the validator says of a tree: `file:line message`, and its verdict. */
export async function check(files: Files, base?: Files) {
  return checkCheckout(await createCheckout(files, base))
}

export async function checkCheckout(checkout: Checkout, env?: Readonly<Record<string, string>>) {
  const validators = [{validator: importsValidator, options: undefined}]
  const [verdict] = (await validateCheckout(checkout, {validators, ...(env ? {env} : {})})).verdicts
  const findings = (verdict?.findings ?? []).map(({file = '', line = '', message}) => `${file}:${line} ${message}`)
  return {status: verdict?.status, executed: verdict?.executed, evidence: verdict?.evidence ?? '', findings}
}
