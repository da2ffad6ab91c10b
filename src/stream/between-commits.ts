import pRetry from 'p-retry'
import type { Client } from 'pg'
import { TargetError } from '../errors.js'
import type { TableDefinition } from '../tables/table-definition.js'
import { abandon } from '../target/abandon.js'
import { connect } from '../target/connect.js'
import type { ConnectionOptions } from '../target/connection.js'
import { describeHarm, snapshotTables, type TableSnapshot } from '../target/ddl-changes.js'
import { isTransient } from '../writer/transient.js'
import type { Driver } from './driver.js'
import { knownChildren } from '../options/load-tables.js'

/** What work between two commits needs of its stream. */
export interface Interrupted {
  readonly driver: Driver
  readonly connection: ConnectionOptions
  readonly tables: readonly TableDefinition[]
  readonly nulls: 'tpcds' | 'none'
  /** Milliseconds for which a server that is away is waited for. */
  readonly retryFor: number
  /** Aborted when the stream ends. */
  readonly ended: AbortSignal
  /** Ends the stream with an error. */
  readonly fail: (error: Error) => void
}

const SESSION = { applicationName: 'vitest-cloudberry-cdc during' }

/** Lets a caller work between two commits, one caller after the other. */
export class BetweenCommits {
  #last: Promise<unknown> = Promise.resolve()
  #callers = 0

  /** Whether a caller works, or waits to. */
  get busy(): boolean {
    return this.#callers > 0
  }

  /**
   * Holds the load, calls `use` with a session of its own, checks the tables and lets the load go on.
   *
   * @throws what `use` throws, TargetError when the stream cannot go on, and why the stream ended if it does meanwhile
   */
  run<T>(stream: Interrupted, use: (client: Client) => Promise<T>): Promise<T> {
    this.#callers += 1
    const done = this.#last.then(() => hold(stream, use)).finally(() => (this.#callers -= 1))
    this.#last = done.catch(() => {})
    return done
  }
}

async function hold<T>(stream: Interrupted, use: (client: Client) => Promise<T>): Promise<T> {
  const { driver, ended } = stream
  await before(ended, () => driver.hold())
  try {
    return await work(stream, use)
  } finally {
    await driver.release()
  }
}

async function work<T>(stream: Interrupted, use: (client: Client) => Promise<T>): Promise<T> {
  const { connection, tables, ended } = stream
  const client = await connect(connection, { ...SESSION, settings: { search_path: connection.schema }, signal: ended })
  let snapshots: (TableSnapshot | undefined)[] = []
  let outcome: { readonly value: T } | { readonly error: unknown }
  try {
    snapshots = await before(ended, () => snapshotTables(client, connection.schema, tables))
    outcome = { value: await before(ended, () => use(client)) }
  } catch (error) {
    outcome = { error }
  }
  // A transaction that `use` left open ends with its session, and so do its locks.
  await before(ended, () => client.end()).catch(() => abandon(connection, client))
  ended.throwIfAborted()
  try {
    await check(stream, snapshots)
  } catch (error) {
    if (!ended.aborted) stream.fail(error as Error)
    throw error
  }
  if ('error' in outcome) throw outcome.error
  return outcome.value
}

/** @throws TargetError when DDL has left a table that the stream cannot write to */
async function check(
  { connection, tables, nulls, retryFor, ended }: Interrupted,
  snapshots: readonly (TableSnapshot | undefined)[],
): Promise<void> {
  const { schema } = connection
  const read = async (): Promise<(TableSnapshot | undefined)[]> => {
    const client = await connect(connection, { ...SESSION, signal: ended })
    try {
      return await before(ended, () => snapshotTables(client, schema, tables))
    } finally {
      await client.end().catch(() => {})
    }
  }
  const now = await pRetry(read, {
    retries: Number.POSITIVE_INFINITY,
    minTimeout: 20,
    maxTimeout: 1_000,
    maxRetryTime: retryFor,
    shouldRetry: ({ error }) => isTransient(error),
    signal: ended,
  })
  for (const [index, definition] of tables.entries()) {
    const links = knownChildren(definition, tables).map(({ parent }) => Object.values(parent!.on))
    const harm = describeHarm(definition, links, nulls, snapshots[index], now[index])
    if (harm === undefined) continue
    throw new TargetError(
      `Expected \`during()\` to leave \`${schema}.${definition.name}\` as the stream needs it, got ${harm}. ` +
        'Add columns that take NULL or have a default; other changes end the stream.',
    )
  }
}

/** The outcome of a work, unless the signal comes first; then its reason. */
async function before<T>(signal: AbortSignal, begin: () => Promise<T>): Promise<T> {
  signal.throwIfAborted()
  let onAbort = (): void => {}
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason as Error)
    signal.addEventListener('abort', onAbort, { once: true })
  })
  try {
    return await Promise.race([begin(), aborted])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
