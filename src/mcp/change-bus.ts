import {InMemoryServerEventBus, type ServerEventBus} from '@modelcontextprotocol/server'
import type {ChangeWatcher} from './changes.ts'

/** What an HTTP handler takes as `bus`: open streams hear of changes of the store, which is looked at for them alone. */
export interface ChangeBus extends ServerEventBus {
  /**
   * To be awaited before a `subscriptions/listen` is handed to the handler, which acknowledges it at once: on return
   * nothing that changes is missed. To be called when the request was handed over: the returned function.
   */
  prepare(): Promise<() => void>
}

export function createChangeBus(changes: ChangeWatcher): ChangeBus {
  const bus = new InMemoryServerEventBus()
  return {
    publish: (event) => bus.publish(event),
    subscribe: (listener) => {
      const leave = bus.subscribe(listener)
      const {stop} = changes.listen({
        resourceUpdated: (uri) => listener({kind: 'resource_updated', uri}),
        resourcesChanged: () => listener({kind: 'resources_list_changed'}),
      })
      return () => {
        leave()
        stop()
      }
    },
    prepare: async () => {
      const {ready, stop} = changes.listen({})
      await ready
      return stop
    },
  }
}
