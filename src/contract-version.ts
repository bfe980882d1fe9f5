import {ConductError} from './errors.ts'

/** The version of the contracts in `plugin.ts`. It grows when the meaning of a member changes, not when one is added. */
export const CONTRACT = 1

/**
 * Refuses what was written for other contracts; without a word about it, version 1 is meant.
 *
 * @param what the thing that was brought: "the validator `no-print`"
 * @param source whom to name: a package, or a file of the project
 * @throws {ConductError} `PLUGIN_BROKEN`
 */
export function refuseOtherContract(candidate: object, what: string, source: string): void {
  const contract: unknown = 'contract' in candidate ? candidate.contract : 1
  if (contract === CONTRACT) return
  throw new ConductError(
    'PLUGIN_BROKEN',
    `${source} brings ${what} for version ${JSON.stringify(contract)} of the plugin contract; this conduct has version ${CONTRACT}.`,
    source.startsWith('.') || source.startsWith('/')
      ? [`Write it for this contract, with \`contract: ${CONTRACT}\` in it: docs/plugins/`]
      : [
          typeof contract === 'number' && contract > CONTRACT
            ? 'Install a newer conduct, or an older version of the plugin: conduct plugins install NAME@VERSION'
            : 'Install a newer version of the plugin: conduct plugins update',
          `Or take it out: conduct plugins uninstall ${source}`,
        ],
  )
}
