import { everywhere, option } from '../option.js'
import { integer, share } from '../values.js'

/** How transactions overlap. */
export const overlapOptions = {
  /**
   * Transactions that are open at the same time, 1 to 16, each on a session of its own, as far as they touch different
   * rows. COMMITs are sent one at a time, so the numbers of the commits are the order in which they become visible.
   * @default 1
   */
  writers: option({
    value: integer(1, 16),
    has: everywhere,
    fallback: 1,
    carried: true,
    command: {
      flags: '--writers <count>',
      variable: 'CDC_WRITERS',
      help: 'transactions that are open at the same time, each on a session of its own, as far as they touch different rows',
      example: '4',
      line: { text: (count) => `writers=${count}` },
    },
  }),
  /**
   * The share of batches, 0 to 1, of which new rows are committed one to four batches later, in a transaction that begins
   * before the rest of the batch: lower keys become visible after higher ones. Such a batch makes two commits.
   * @default 0
   */
  lateCommit: option({
    value: share,
    has: everywhere,
    fallback: 0,
    carried: true,
    command: {
      flags: '--late-commit <share>',
      variable: 'CDC_LATE_COMMIT',
      help: 'the share of batches, 0 to 1, of which new rows are committed one to four batches later',
      example: '0.1',
      line: { text: (part) => `late commit=${part}` },
    },
  }),
  /**
   * The share of batches, 0 to 1, that are written and rolled back first, and then written with other keys: keys have
   * gaps. @default 0
   */
  rollback: option({
    value: share,
    has: everywhere,
    fallback: 0,
    carried: true,
    command: {
      flags: '--rollback <share>',
      variable: 'CDC_ROLLBACK',
      help: 'the share of batches, 0 to 1, that are rolled back and written again with other keys',
      example: '0.1',
      line: { text: (part) => `rollback=${part}` },
    },
  }),
  /** Batches during which a long transaction stays open, one after the other, up to 1000; 0 for none. @default 0 */
  longTransaction: option({
    value: integer(0, 1000),
    has: everywhere,
    fallback: 0,
    carried: true,
    command: {
      flags: '--long-transaction <batches>',
      variable: 'CDC_LONG_TRANSACTION',
      help: 'during how many batches a long transaction stays open, one after the other',
      example: '50',
      line: { text: (count) => `long transaction=${count}` },
    },
  }),
}
