import type { CdcOptions } from '../options/cdc-options.js'
import { paceOptions } from './pace-settings.js'
import type { Settings } from './settings.js'

/** What the stream is told. Ranges and combinations are checked there. */
export function toCdcOptions(settings: Settings): CdcOptions {
  const { ratio, hazards, seed, shard, base, businessDate, dataDir, record } = settings
  return {
    ...(settings.continuous ? { continuous: true } : { batches: settings.totalBatches }),
    batchSize: settings.batchSize,
    ...paceOptions(settings),
    tables: settings.tables,
    writers: settings.writers,
    lateCommit: settings.lateCommit,
    rollback: settings.rollback,
    longTransaction: settings.longTransaction,
    scale: settings.scale,
    nulls: settings.nulls,
    target: settings.target,
    createTables: settings.createTables,
    ...(ratio !== undefined && { ratio }),
    ...(hazards !== undefined && { hazards }),
    ...(seed !== undefined && { seed }),
    ...(shard !== undefined && { shard }),
    ...(base !== undefined && { base }),
    ...(businessDate !== undefined && { businessDate }),
    ...(dataDir !== undefined && { dataDir }),
    ...(record !== undefined && { record }),
  }
}
