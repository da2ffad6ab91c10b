import type { EventContext } from '../event-context.js'
import type { EventRecord } from './event-record.js'

/** Connectors go by the clock (`heartbeat.interval.ms`); by commits, the same run has the same records. */
const EVERY = 10

export function heartbeatRecords({ commit, server, at }: EventContext): EventRecord[] {
  if (commit % EVERY !== 0) return []
  const timestamp = Math.floor(at)
  return [
    {
      topic: `__debezium-heartbeat.${server}`,
      key: JSON.stringify({ serverName: server }),
      value: JSON.stringify({ ts_ms: timestamp }),
      headers: {},
      timestamp,
    },
  ]
}
