import type { CdcTestOptions } from 'vitest-cloudberry-cdc'

const even: CdcTestOptions = {
  seed: 22,
  continuous: true,
  batchSize: 20,
  interval: 20,
  ratio: { insert: 50, update: 30, delete: 20 },
}
const overlapping: CdcTestOptions = { ...even, writers: 3, lateCommit: 0.2, rollback: 0.1 }

// #region loads
/** What a pipeline has to follow, the easiest first. */
export const loads = {
  /** One transaction after the other. */
  plain: even,
  /** Three writers, whose transactions overlap; some are committed late, some rolled back. */
  'late commits': overlapping,
  /** As well: keys that come back, UPDATEs that change nothing, several changes of a row at once. */
  hazards: { ...overlapping, hazards: { reinsert: 0.3, noopUpdates: 0.2, sameKeyChains: 0.2 } },
} as const satisfies Readonly<Record<string, CdcTestOptions>>
// #endregion loads
