import { TargetError } from '../errors.js'
import type { TableDefinition } from '../tables/table-definition.js'
import { abandon, attend, onSession, type SessionWork } from '../writer/on-session.js'
import type { ConnectionOptions } from '../database/connection/connection.js'
import type { Backend, DatabaseClient } from '../database/client.js'
import { connect } from '../database/connect.js'
import { describeHarm, snapshotTables, type TableSnapshot } from '../preflight/ddl-changes.js'
import { tryAgain } from '../writer/retry.js'
import type { Driver } from '../driver/driver.js'
import { knownChildren } from '../options/load-tables.js'
import { unlessAborted } from './unless-aborted.js'

/** What work between two commits needs of its stream. */
export interface Interrupted {
  readonly driver: Driver
  readonly connection: ConnectionOptions
  readonly tables: readonly TableDefinition[]
  readonly nulls: 'tpcds' | 'none'
  /** Milliseconds for which a server that is away is waited for. */
  readonly retryFor: number
  /** Milliseconds after which a session that answers nothing is given up. */
  readonly answerWithin: number
  /** Aborted when the stream ends. */
  readonly ended: AbortSignal
  readonly fail: (error: Error) => void
}

/** How a session of a stream is opened, and how long it is waited for. */
function sessionOf({ connection, retryFor, answerWithin, ended }: Interrupted): Omit<SessionWork, 'what'> {
  const searchesFirst = connection.schema
  return { applicationName: 'vitest-cloudberry-cdc during', searchesFirst, retryFor, answerWithin, signal: ended }
}

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
  run<T, Session>(stream: Interrupted, use: (session: Session) => Promise<T>): Promise<T> {
    this.#callers += 1
    const done = this.#last.then(() => hold(stream, use)).finally(() => (this.#callers -= 1))
    this.#last = done.catch(() => {})
    return done
  }
}

async function hold<T, Session>(stream: Interrupted, use: (session: Session) => Promise<T>): Promise<T> {
  const { driver, ended } = stream
  await before(ended, () => driver.hold())
  try {
    return await work(stream, use)
  } finally {
    await driver.release()
  }
}

async function work<T, Session>(stream: Interrupted, use: (session: Session) => Promise<T>): Promise<T> {
  const { connection, ended } = stream
  const { client, backend, snapshots } = await before(ended, () => open(stream))
  let outcome: { readonly value: T } | { readonly error: unknown }
  try {
    outcome = { value: await before(ended, () => use(client.driver as Session)) }
  } catch (error) {
    outcome = { error }
  }
  // A transaction that `use` left open ends with its session, and so do its locks.
  await before(ended, () => client.close()).catch(() => abandon({ client, backend, connection }))
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

/** A session for a caller, and the tables as it finds them. */
interface Opened {
  readonly client: DatabaseClient
  readonly backend: Backend
  readonly snapshots: readonly (TableSnapshot | undefined)[]
}

/** What the caller does is not done again when it is lost: that is the caller's to know. */
function open(stream: Interrupted): Promise<Opened> {
  const { connection, tables } = stream
  const { applicationName, searchesFirst, ...attendance } = sessionOf(stream)
  const { signal } = attendance
  return tryAgain(
    async () => {
      const client = await connect(connection, { applicationName, searchesFirst, signal })
      try {
        const backend = await client.identify()
        return await attend({ client, backend, connection }, attendance, async () => {
          const snapshots = await snapshotTables(client, connection.schema, tables)
          return { client, snapshots, backend }
        })
      } catch (error) {
        client.destroy()
        throw error
      }
    },
    { ...attendance, what: 'look at the tables before `during()`' },
  )
}

/** @throws TargetError when DDL has left a table that the stream cannot write to */
async function check(stream: Interrupted, snapshots: readonly (TableSnapshot | undefined)[]): Promise<void> {
  const { connection, tables, nulls } = stream
  const { schema } = connection
  const options = { ...sessionOf(stream), what: 'look at the tables after `during()`', known: true }
  const now = await onSession(connection, options, (client) => snapshotTables(client, schema, tables))
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

/** Work that is not begun once the signal has come. */
async function before<T>(signal: AbortSignal, begin: () => Promise<T>): Promise<T> {
  signal.throwIfAborted()
  return unlessAborted(begin(), signal)
}
