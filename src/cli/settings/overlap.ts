import { readNumber } from '../read-value.js'
import type { SettingGroup } from './setting.js'

/** How transactions overlap. */
export interface OverlapSettings {
  readonly writers: number
  readonly lateCommit: number
  readonly rollback: number
  readonly longTransaction: number
}

export const overlapSettings: SettingGroup<OverlapSettings> = {
  writers: {
    flags: '--writers <count>',
    env: 'CDC_WRITERS',
    help: 'transactions that are open at the same time, each on a session of its own, as far as they touch different rows',
    fallback: 1,
    read: readNumber('4'),
  },
  lateCommit: {
    flags: '--late-commit <share>',
    env: 'CDC_LATE_COMMIT',
    help: 'the share of batches, 0 to 1, of which new rows are committed one to four batches later',
    fallback: 0,
    read: readNumber('0.1'),
  },
  rollback: {
    flags: '--rollback <share>',
    env: 'CDC_ROLLBACK',
    help: 'the share of batches, 0 to 1, that are rolled back and written again with other keys',
    fallback: 0,
    read: readNumber('0.1'),
  },
  longTransaction: {
    flags: '--long-transaction <batches>',
    env: 'CDC_LONG_TRANSACTION',
    help: 'during how many batches a long transaction stays open, one after the other',
    fallback: 0,
    read: readNumber('50'),
  },
}
