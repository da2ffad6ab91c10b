import { createCdcStream } from '../../src/stream/create-cdc-stream.js'
import type { ConnectionOptions } from '../../src/database/connection/connection.js'
import { SEED } from '../support/settings.js'
import type { Contender } from '../support/interleave.js'
import { rate, withTables } from '../support/schema.js'
import type { Workload } from './batches.js'

/**
 * As users run it: on the worker thread, with the ledger to be asked, and everything rendered as it is sent. The thread
 * is held from run to run, as the fixtures hold it from test to test.
 */
export function ours(
  server: ConnectionOptions,
  work: Pick<Workload, 'mix' | 'batchSize' | 'batches' | 'changes'>,
): Contender {
  return () =>
    withTables(server, async ({ connection }) => {
      const { ratio } = work.mix
      await using stream = createCdcStream({
        target: connection,
        batches: work.batches.length + 1,
        batchSize: work.batchSize,
        interval: 0,
        seed: SEED,
        ...(ratio && { ratio }),
        environment: {},
      })
      await stream.step()
      // Awaited here: the stream is disposed of when this function returns.
      return await rate(work.changes, () => {
        stream.resume()
        return stream.finished
      })
    })
}
