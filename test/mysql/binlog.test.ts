import ZongJi from '@vlasky/zongji'
import { expect, test } from 'vitest'
import { createCdcStream, replayEvents } from '../../src/index.js'
import type { ConnectionOptions } from '../../src/database/connection/connection.js'
import { sourceConnection, hasSource, useClient, useDatabase } from './source.js'

const onSource = test.runIf(hasSource)

/** A message of Maxwell, which is close to what the log has. */
interface Message {
  database: string
  table: string
  type: 'insert' | 'update' | 'delete'
  xid: number
  commit?: true
  data: Record<string, unknown>
  old?: Record<string, unknown>
}

interface Rows {
  readonly tableId: number
  readonly tableMap: Readonly<Record<number, { readonly parentSchema: string; readonly tableName: string }>>
  readonly rows: readonly Record<string, unknown>[]
}

/** Reads the binary log from a position on, until so many transactions of a database have come. */
async function readLog(
  from: { file: string; position: number },
  database: string,
  transactions: number,
): Promise<Message[]> {
  const { host, port, user, password } = sourceConnection()
  const log = new ZongJi({ host, port, user, password, dateStrings: true, supportBigNumbers: true } as never)
  const messages: Message[] = []
  let open: Message[] = []
  let xid = 0
  const done = new Promise<void>((resolve, reject) => {
    log.on('error', reject)
    log.on('binlog', (event) => {
      const name = event.getEventName()
      if (name === 'xid') {
        if (open.length === 0) return
        open.at(-1)!.commit = true
        messages.push(...open)
        open = []
        if (++xid === transactions) resolve()
        return
      }
      const kinds = { writerows: 'insert', updaterows: 'update', deleterows: 'delete' } as const
      const type = kinds[name as keyof typeof kinds]
      if (!type) return
      const { tableId, tableMap, rows } = event as unknown as Rows
      const { tableName: table } = tableMap[tableId]!
      for (const row of rows) {
        if (type !== 'update') open.push({ database, table, type, xid, data: row })
        else
          open.push({
            database,
            table,
            type,
            xid,
            data: row['after'] as object as Record<string, unknown>,
            old: row['before'] as object as Record<string, unknown>,
          })
      }
    })
  })
  log.start({
    serverId: 4711,
    filename: from.file,
    position: from.position,
    includeEvents: ['tablemap', 'writerows', 'updaterows', 'deleterows', 'xid'],
    includeSchema: { [database]: true },
  })
  await done
  log.stop()
  return messages
}

async function position(connection: ConnectionOptions): Promise<{ file: string; position: number }> {
  const client = await useClient({ ...connection, database: 'mysql', schema: 'mysql' })
  const { version } = await client.describe()
  // MySQL 8.4 and later know no other name, MariaDB only the old one.
  const status = version.startsWith('MariaDB') ? 'MASTER STATUS' : 'BINARY LOG STATUS'
  const { rows } = await client.query<{ File: string; Position: unknown }>(`SHOW ${status}`)
  return { file: rows[0]!.File, position: Number(rows[0]!.Position) }
}

onSource('the binary log of 1,000 commits, read by a public client, has every change once and in order', async () => {
  const target = useDatabase()
  const from = await position(target)
  await using stream = createCdcStream({
    target,
    createTables: true,
    batches: 1_000,
    batchSize: 10,
    interval: 0,
    seed: 17,
    ratio: { insert: 50, update: 30, delete: 20 },
    writers: 2,
    lateCommit: 0.1,
    rollback: 0.1,
    hazards: { sameKeyChains: 0.2, reinsert: 0.2 },
  })
  await stream.start()
  const { commits } = await stream.finished
  const messages = await readLog(from, target.schema, commits)
  for (const name of ['store_sales_heap', 'store_returns_heap']) {
    const own = messages.filter(({ table }) => table === name)
    expect(own.length).toBeGreaterThan(5_000)
    expect(replayEvents(own, stream.table(name)), name).toMatchObject({ anomalies: [] })
    // What is left out, and what comes twice, is told.
    const wrong = own.toSpliced(4_000, 1)
    expect(replayEvents(wrong, stream.table(name)).anomalies.length).toBeGreaterThan(0)
  }
})
