/** What is asked of a checkout: any `ValidatorInput` will do. */
export interface ProjectTree {
  /** Absolute path. */
  readonly cwd: string
  /** Tracked files, relative to `cwd`, `/`-separated. */
  readonly files: readonly string[]
  readText(file: string): Promise<string | undefined>
}
