import type { PlanInput } from '../plan/plan-input.js'
import { shardText } from '../plan/shard.js'
import type { CdcSummary } from './cdc-stream.js'
import type { ResolvedOptions } from '../options/resolve-options.js'
import type { StreamStats } from './stream-stats.js'
import { encodeToken } from '../options/token/describe-run.js'

/** The final account of a stream; without an input for one that never began. */
export function streamSummary(options: ResolvedOptions, input: PlanInput | undefined, stats: StreamStats): CdcSummary {
  const snapshot = stats.snapshot()
  const { tables: planned, baselineRows } = input ?? { tables: [], baselineRows: 0 }
  const tables = planned.map(({ definition, baseline }) => {
    const counts = stats.table(definition.name)
    const rows = baseline.images.length + baselineRows + counts.inserts - counts.deletes
    return [definition.name, { ...counts, rows }] as const
  })
  return {
    ...snapshot,
    seed: options.streamSeed,
    ...(options.shard && { shard: shardText(options.shard) }),
    ...(options.base !== undefined && { base: options.base }),
    token: input ? encodeToken(options, input, snapshot.commits) : '',
    tables: Object.fromEntries(tables),
  }
}
