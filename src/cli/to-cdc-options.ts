import type { CdcOptions } from '../stream/cdc-options.js'
import type { Settings } from './settings.js'

/** What the stream is told. Ranges and combinations are checked there. */
export function toCdcOptions(settings: Settings): CdcOptions {
  const { ratio, seed, businessDate, dataDir } = settings
  return {
    ...(settings.continuous ? { continuous: true } : { batches: settings.totalBatches }),
    batchSize: settings.batchSize,
    interval: settings.batchInterval,
    tables: settings.tables,
    scale: settings.scale,
    nulls: settings.nulls,
    target: settings.target,
    createTables: settings.createTables,
    ...(ratio !== undefined && { ratio }),
    ...(seed !== undefined && { seed }),
    ...(businessDate !== undefined && { businessDate }),
    ...(dataDir !== undefined && { dataDir }),
  }
}
