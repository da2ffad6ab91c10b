import { finished } from 'node:stream/promises'
import type { Client } from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import type { ConnectionOptions } from '../../src/database/connection/connection.js'
import type { Contender } from '../support/interleave.js'
import { rate, withTables } from '../support/schema.js'
import type { Workload } from './batches.js'
import { Renderer, type RenderedRun } from './rendered-batches.js'

/**
 * The limit: the same runs in the same order and transactions, all rendered before the clock starts, sent from a loop
 * that does nothing else.
 */
export function bareCopy(server: ConnectionOptions, work: Workload): Contender {
  const renderer = new Renderer(work, 'bench')
  const first = renderer.render([work.first])
  const rendered = renderer.render(work.batches)
  return () =>
    withTables(server, async ({ client }) => {
      await sendBatches(client, first)
      return rate(work.changes, () => sendBatches(client, rendered))
    })
}

/** Sends batches, each in one transaction. */
export async function sendBatches(client: Client, batches: readonly (readonly RenderedRun[])[]): Promise<void> {
  for (const runs of batches) {
    await client.query('BEGIN')
    for (const run of runs) {
      if ('copy' in run) {
        const copy = client.query(copyFrom(run.copy))
        copy.end(run.bytes)
        await finished(copy)
      } else {
        await client.query({ name: run.name, text: run.text, values: [...run.values] })
      }
    }
    await client.query('COMMIT')
  }
}
