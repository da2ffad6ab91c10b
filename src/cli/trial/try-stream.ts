import { randomBytes } from 'node:crypto'
import type { ConnectionOptions } from '../../database/connection/connection.js'
import { dialects } from '../../database/dialects.js'
import { resolveOptions } from '../../options/resolve-options.js'
import { createCdcStream } from '../../stream/create-cdc-stream.js'
import type { TableDefinition } from '../../tables/table-definition.js'
import { onSession } from '../../writer/on-session.js'
import { messageOf } from '../host.js'

const RATIO = { insert: 50, update: 30, delete: 20 }
const BATCHES = 8
/** Of each table in each batch: with fewer, one of the kinds may not come. */
const LEAST = 20

export interface TrialOptions {
  readonly connection: ConnectionOptions
  /** How many changes, at least. */
  readonly changes: number
  readonly signal?: AbortSignal | undefined
}

/** What kept a stream from its end. */
export interface Failure {
  readonly why: string
  /** The tables that the stream was not seen to change as it should, where it came to its end. */
  readonly tables?: readonly string[]
}

/**
 * Streams on copies of tables, in a schema of their own that is dropped afterwards, and compares them with the ledger.
 * Returns what failed, or undefined.
 */
export async function tryStream(
  tables: readonly TableDefinition[],
  { connection, changes, signal }: TrialOptions,
): Promise<Failure | undefined> {
  const target = { ...connection, schema: `cdc_try_${randomBytes(6).toString('hex')}` }
  const batchSize = Math.max(LEAST, Math.ceil(changes / BATCHES / tables.length))
  const options = { batches: BATCHES, batchSize, interval: 0, seed: 1, createTables: true, ratio: RATIO } as const
  try {
    await using stream = createCdcStream({ ...options, target, tables, ...(signal && { signal }) })
    await stream.start()
    const summary = await stream.finished
    signal?.throwIfAborted()
    const { equal, differences } = await stream.verify()
    if (!equal) {
      const [first] = differences
      const names = [...new Set(differences.map(({ table }) => table))]
      return { why: `the table differs from the ledger: ${JSON.stringify(first)}`, tables: names }
    }
    const still = tables.filter(({ name, columns }) => {
      const { inserts = 0, updates = 0, deletes = 0 } = summary.tables[name] ?? {}
      const canUpdate = columns.some(({ recomputed }) => recomputed)
      return inserts === 0 || deletes === 0 || (canUpdate && updates === 0)
    })
    if (still.length === 0) return undefined
    return { why: 'no INSERT, UPDATE or DELETE came', tables: still.map(({ name }) => name) }
  } catch (error) {
    signal?.throwIfAborted()
    return { why: messageOf(error).replaceAll(`${target.schema}.`, '') }
  } finally {
    await drop(target)
  }
}

/** Whatever happened: also when the user has interrupted it. */
async function drop(connection: ConnectionOptions): Promise<void> {
  const { retryFor, answerWithin } = resolveOptions({})
  const work = {
    what: 'drop the schema of a trial',
    applicationName: 'vitest-cloudberry-cdc inspect',
    retryFor,
    answerWithin,
  }
  await onSession(connection, work, async (client) => {
    const { name } = await client.describe()
    await client.query(dialects[name].dropSchema(connection.schema))
  })
}
