import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Pool } from 'pg'
import {
  LogicalReplicationService,
  type PgoutputPlugin,
  type TestDecodingPlugin,
  type Wal2JsonPlugin,
} from 'pg-logical-replication'
import { program } from '../support/debian-postgres.js'

/** Where a tool captures, and the name of its slot and its publication: that of the schema, with which both go. */
export interface Place {
  readonly pool: Pool
  readonly connectionString: string
  readonly schema: string
}

/** A tool that captures. */
export interface Capture<Told> {
  /** What was told from the beginning up to now. To be called when the stream has stopped. */
  end(): Promise<Told>
}

/** Begins to capture, and has begun when it resolves. */
export type Tool<Told> = (place: Place) => Promise<Capture<Told>>

async function makeSlot({ pool, schema }: Place, plugin: string): Promise<void> {
  await pool.query(`SELECT pg_create_logical_replication_slot($1, $2)`, [schema, plugin])
}

async function flushedPosition({ pool }: Place): Promise<string> {
  const { rows } = await pool.query<{ lsn: string }>('SELECT pg_current_wal_flush_lsn() AS lsn')
  return rows[0]!.lsn
}

/** Asks the slot with SQL. */
export function bySql(plugin: string, options: readonly string[] = []): Tool<string[]> {
  return async (place) => {
    await makeSlot(place, plugin)
    return {
      end: async () => {
        const values = options.map((_, index) => `, $${index + 2}`).join('')
        const { rows } = await place.pool.query<{ data: string }>(
          `SELECT data FROM pg_logical_slot_get_changes($1, NULL, NULL${values})`,
          [place.schema, ...options],
        )
        return rows.map(({ data }) => data)
      },
    }
  }
}

/** Runs `pg_recvlogical`, which writes to a file or a pipe. */
export function byRecvlogical(plugin: string, options: readonly string[] = []): Tool<string> {
  return async (place) => {
    await makeSlot(place, plugin)
    return {
      end: async () => {
        const child = spawn(
          program('pg_recvlogical'),
          [
            `--dbname=${place.connectionString}`,
            `--slot=${place.schema}`,
            '--start',
            '--no-loop',
            '--file=-',
            `--endpos=${await flushedPosition(place)}`,
            ...options.map((option) => `--option=${option}`),
          ],
          { stdio: ['ignore', 'pipe', 'inherit'] },
        )
        return outputOf(child)
      },
    }
  }
}

async function outputOf(child: ChildProcess): Promise<string> {
  const pieces: Buffer[] = []
  child.stdout!.on('data', (piece: Buffer) => pieces.push(piece))
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new Error(`Expected pg_recvlogical to end with 0, got ${code}.`)
  return Buffer.concat(pieces).toString('utf8')
}

type Parser = PgoutputPlugin | TestDecodingPlugin | Wal2JsonPlugin

/** Subscribes with `pg-logical-replication`, while the load runs. */
export function byClient(plugin: string, parser: (schema: string) => Parser): Tool<object[]> {
  return async (place) => {
    await makeSlot(place, plugin)
    const told: object[] = []
    let [reached, wake] = [0n, (): void => {}]
    const service = new LogicalReplicationService({ connectionString: place.connectionString })
    service.on('data', (_: string, message: object) => void told.push(message))
    service.on('heartbeat', (lsn: string) => {
      reached = positionOf(lsn)
      wake()
    })
    // It tells of the end of its session, too, after `destroy()`; what ends too early is thrown by `subscribe()`.
    service.on('error', () => {})
    const ended = service.subscribe(parser(place.schema), place.schema)
    await Promise.race([new Promise<void>((resolve) => service.once('start', resolve)), ended])
    return {
      end: async () => {
        const wanted = positionOf(await flushedPosition(place))
        while (reached < wanted) {
          const next = new Promise<void>((resolve) => (wake = resolve))
          await Promise.race([next, ended])
        }
        await service.destroy()
        return told
      },
    }
  }
}

function positionOf(lsn: string): bigint {
  const [high = '0', low = '0'] = lsn.split('/')
  return (BigInt(`0x${high}`) << 32n) + BigInt(`0x${low}`)
}
