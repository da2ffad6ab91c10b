import type { Client } from 'pg'
import { CloserStack } from '../fixtures/database/closer-stack.js'
import { openCloudberry } from '../fixtures/database/open-cloudberry.js'
import { resolveTestOptions } from '../fixtures/stream/cdc-test-options.js'
import { LastingSession } from '../fixtures/database/lasting-session.js'
import { newRun } from '../fixtures/database/run-name.js'
import { TestStream } from '../fixtures/stream/test-stream.js'
import { resolveOptions } from '../src/options/resolve-options.js'
import { RemotePool } from '../src/driver/remote-pool.js'
import { sharedWorker } from '../src/driver/shared-worker.js'
import { createTableSql } from '../src/database/create-table.js'
import { connect } from '../src/database/postgres/connect.js'
import type { ConnectionOptions } from '../src/database/connection/connection.js'
import { detectDialect } from '../src/database/postgres/detect-dialect.js'
import type { DialectInfo } from '../src/database/dialect-info.js'
import type { Effort } from './support/effort.js'
import { type Contender, interleave } from './support/interleave.js'
import { comparison, medianRatio, type PartResult } from './support/result.js'
import { tables } from './support/settings.js'

const ROUNDS = 200
const LIMIT = 2.5

const OWN = 'own schema, prepared stream'
const BARE = 'CREATE SCHEMA, 2 CREATE TABLE'
const ALONE = 'its schema alone'
const TEARDOWN = 'its teardown'
const DROP = 'DROP SCHEMA of the bare one'
const COPIED = 'CREATE DATABASE … TEMPLATE, log in'
const DROP_COPY = 'log out, DROP DATABASE'

/**
 * What a test pays for its own schema with both tables and a prepared stream, beside a bare schema with the same tables
 * and a database copied from a template that holds them.
 */
export async function schemaCost(server: ConnectionOptions, effort: Effort): Promise<PartResult> {
  const admin = await connect(server)
  const dialect = await detectDialect(admin)
  await prepareTemplate(admin, server, dialect)
  const release = sharedWorker.hold()
  const pool = new RemotePool()
  const session = new LastingSession(server, async () => {}, true)
  const bare = afterBareSchema(admin, dialect, () => bareSchema(admin, dialect))
  const own = afterBareSchema(admin, dialect, () => ownSchema(session, server, dialect, pool))
  const copied = afterBareSchema(admin, dialect, () => copiedDatabase(admin, server))
  const rounds = effort.scale(ROUNDS)
  // Not in turns with databases: CREATE and DROP DATABASE make every session read the catalog again.
  const measured = await interleave({ own, bare }, { rounds })
  const databases = await interleave({ copied, bare }, { rounds })
  await pool[Symbol.asyncDispose]()
  release()
  await session.close()
  await admin.end()
  return {
    title: "A test's own schema",
    comparisons: [
      comparison('a schema', 'ms', measured, [BARE, ALONE, OWN, TEARDOWN, DROP]),
      comparison('a database', 'ms', databases, [BARE, COPIED, DROP_COPY]),
    ],
    targets: [{ text: `${OWN}: × ${BARE}`, value: medianRatio(measured, OWN, BARE), limit: LIMIT, bound: 'at most' }],
    notes: [`Of ${rounds} rounds.`],
  }
}

async function timed<T>(work: () => Promise<T>): Promise<[value: T, milliseconds: number]> {
  const begun = performance.now()
  return [await work(), performance.now() - begun]
}

/** What came before may have left work to the next one, as DROP DATABASE does with its checkpoint: that is left to nobody's account. */
function afterBareSchema(admin: Client, dialect: DialectInfo, contender: Contender): Contender {
  return async () => {
    await admin.query(creation('before', dialect))
    await admin.query('DROP SCHEMA before CASCADE')
    return contender()
  }
}

/** As the fixtures do, up to where the first commit has nothing left to wait for. */
async function ownSchema(
  admin: LastingSession,
  connection: ConnectionOptions,
  dialect: DialectInfo,
  pool: RemotePool,
): Promise<Record<string, number>> {
  const options = resolveTestOptions({})
  const closers = new CloserStack(options.teardownTimeout)
  const opened = { kind: 'embedded', connection, dialect, admin, run: newRun(), syncSlots: [] } as const
  const [alone, own] = await timed(async () => {
    const [{ schema }, milliseconds] = await timed(() => openCloudberry(opened, tables, options, closers, () => false))
    const stream = new TestStream(resolveOptions({}), { target: { ...connection, schema } }, {}, { pool, fresh: true })
    closers.add('load', async () => void (await stream.stop()))
    await stream.prepare()
    return milliseconds
  })
  const [, teardown] = await timed(() => closers.close())
  return { [OWN]: own, [ALONE]: alone, [TEARDOWN]: teardown }
}

async function bareSchema(admin: Client, dialect: DialectInfo): Promise<Record<string, number>> {
  const [, created] = await timed(() => admin.query(creation('bare', dialect)))
  const [, dropped] = await timed(() => admin.query('DROP SCHEMA bare CASCADE'))
  return { [BARE]: created, [DROP]: dropped }
}

async function copiedDatabase(admin: Client, connection: ConnectionOptions): Promise<Record<string, number>> {
  const [client, created] = await timed(async () => {
    await admin.query('CREATE DATABASE copied TEMPLATE prepared')
    return connect({ ...connection, database: 'copied' })
  })
  const [, dropped] = await timed(async () => {
    await client.end()
    await admin.query('DROP DATABASE copied WITH (FORCE)')
  })
  return { [COPIED]: created, [DROP_COPY]: dropped }
}

async function prepareTemplate(admin: Client, connection: ConnectionOptions, dialect: DialectInfo): Promise<void> {
  await admin.query('CREATE DATABASE prepared')
  const client = await connect({ ...connection, database: 'prepared' })
  for (const table of tables) await client.query(createTableSql(table, 'public', dialect.name))
  await client.end()
}

const creation = (schema: string, dialect: DialectInfo): string =>
  [`CREATE SCHEMA ${schema}`, ...tables.map((table) => createTableSql(table, schema, dialect.name))].join(';')
