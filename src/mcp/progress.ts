import type {ServerContext} from '@modelcontextprotocol/server'

export interface Progress {
  report(message: string): void
  /** After this nothing is sent any more: a client may have forgotten the token. */
  close(): void
}

/** Tells a client what a call does now, if it asked to be told; how much is left nobody knows, so steps are counted. */
export function openProgress({mcpReq}: ServerContext): Progress {
  const progressToken = mcpReq._meta?.progressToken
  let [steps, isOpen] = [0, progressToken !== undefined]
  return {
    report: (message) => {
      if (!isOpen || progressToken === undefined) return
      steps += 1
      // A client that is gone is no fault of the call.
      mcpReq.notify({method: 'notifications/progress', params: {progressToken, progress: steps, message}}).catch(() => undefined)
    },
    close: () => {
      isOpen = false
    },
  }
}
