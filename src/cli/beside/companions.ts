import type { CdcStream } from '../../stream/cdc-stream.js'
import type { StreamEvent } from '../../driver/stream-event.js'
import { info, type LogLine } from '../output/log-line.js'
import type { MetricsServer } from './metrics.js'
import type { Settings } from '../settings/settings.js'
import { analyze, Upkeep, vacuum } from './upkeep.js'

export interface Companions {
  observe(event: StreamEvent): void
  close(): Promise<void>
}

/** The server of metrics, if there is to be one. Loaded only then: it takes as long as the rest of the start. */
export async function openMetrics({ metricsPort, metricsHost }: Settings): Promise<MetricsServer | undefined> {
  if (metricsPort === undefined) return undefined
  const { serveMetrics } = await import('./metrics.js')
  return serveMetrics(metricsHost, metricsPort)
}

export function startCompanions(
  stream: CdcStream,
  { vacuumEvery, analyzeEvery }: Settings,
  server: MetricsServer | undefined,
  write: (line: LogLine) => void,
): Companions {
  const upkeep = [
    ...(vacuumEvery === undefined ? [] : [new Upkeep(stream, vacuumEvery, vacuum(), write)]),
    ...(analyzeEvery === undefined ? [] : [new Upkeep(stream, analyzeEvery, analyze, write)]),
  ]
  if (server) write(info(`Metrics at ${server.url}`))
  return {
    observe: (event) => {
      server?.metrics.observe(event)
      for (const each of upkeep) each.observe(event)
    },
    close: async () => void (await Promise.all(upkeep.map((each) => each.close()))),
  }
}
