/** Branch of a module. */
export const branchRef = (task: string, phaseIndex: number, slug: string) => `refs/heads/conduct/${task}/p${phaseIndex}/${slug}`

/** The task's own branch. */
export const integrationRef = (task: string) => `refs/heads/conduct/${task}/integration`

/** Keeps a checkpoint reachable. */
export const checkpointRef = (task: string, n: number) => `refs/conduct/${task}/checkpoints/${n}`

/** Keeps what was staged when a safety checkpoint was made. */
export const stagedRef = (task: string, n: number) => `refs/conduct/${task}/staged/${n}`

/** Keeps the last state of an agent reachable. */
export const keptRef = (task: string, name: string) => `refs/conduct/${task}/kept/${name}`
