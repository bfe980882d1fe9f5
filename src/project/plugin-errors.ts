import {ConductError} from '../errors.ts'
import type {PluginAddress} from './plugin-address.ts'

/** What npm says when it could not do its work, as an error that says what to do. */
export function notInstalled(address: PluginAddress, {code, said}: {readonly code: string; readonly said: string}): ConductError {
  const what = describe(address)
  if (/^(E404|ETARGET|ENOVERSIONS)$/.test(code))
    return refusal(
      `${what} is not in the registry.`,
      address.type === 'name' ? [`Look it up: npm view ${address.name} versions`, `A folder is named by its path: ./${address.name}`] : [],
    )
  if (/^(ENOTFOUND|ECONNREFUSED|ECONNRESET|EAI_AGAIN|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|FETCH_ERROR)$/.test(code))
    return refusal(`${what} was not installed: the registry cannot be reached (${code}).`, [
      'Check the network, the proxy, and `npm config get registry`.',
    ])
  if (/^(E401|E403|ENEEDAUTH)$/.test(code)) return refusal(`The registry does not hand out ${what} (${code}).`, ['Log in: npm login'])
  return refusal(`npm could not install ${what}: ${said || code || 'it said nothing'}`, [])
}

/** @param hints what to do, most likely first */
export function refusal(message: string, hints: readonly string[], cause?: unknown): ConductError {
  return new ConductError('PLUGIN_NOT_INSTALLED', message, hints, cause)
}

function describe(address: PluginAddress): string {
  if (address.type === 'path') return address.path
  return address.type === 'url' ? address.url : `${address.name}@${address.tag}`
}
