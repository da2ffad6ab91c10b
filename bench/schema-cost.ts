import { CloserStack } from '../fixtures/closer-stack.js'
import { openCloudberry } from '../fixtures/cloudberry.js'
import { resolveTestOptions } from '../fixtures/cdc-test-options.js'
import { newRun } from '../fixtures/run-name.js'
import { TestStream } from '../fixtures/test-stream.js'
import { loadTables } from '../src/stream/load-tables.js'
import { resolveOptions } from '../src/stream/resolve-options.js'
import { sharedWorker } from '../src/stream/shared-worker.js'
import { createTableSql } from '../src/tables/ddl.js'
import { connect } from '../src/target/connect.js'
import { detectDialect } from '../src/target/dialect.js'
import { startEmbedded } from '../src/target/embedded.js'

/*
 * What a test pays for its own schema with both tables and a prepared stream, beside a bare schema with the same tables
 * and a database copied from a template that holds them: `npm run bench:schema`. All on one embedded server, in turns.
 * Fails when the first costs more than LIMIT times the second, at the median.
 */
const ROUNDS = 60
const WARM_UP = 5
const LIMIT = 2.5

const OWN = 'own schema, prepared stream'
const BARE = 'CREATE SCHEMA, 2 CREATE TABLE'

await using server = await startEmbedded()
const { connection } = server
const admin = await connect(connection)
const dialect = await detectDialect(admin)
const tables = await loadTables('both')
const run = newRun()
const measured = new Map<string, number[]>()

async function timed<T>(name: string, work: () => Promise<T>): Promise<T> {
  const begun = performance.now()
  const result = await work()
  const times = measured.get(name) ?? []
  measured.set(name, [...times, performance.now() - begun])
  return result
}

/** As the fixtures do, up to where the first commit has nothing left to wait for. */
async function ownSchema(): Promise<void> {
  const options = resolveTestOptions({})
  const closers = new CloserStack(options.teardownTimeout)
  const opened = { kind: server.kind, connection, dialect, admin, run }
  await timed(OWN, async () => {
    const { schema } = await timed('  its schema alone', () =>
      openCloudberry(opened, tables, options, closers, () => false),
    )
    const stream = new TestStream(resolveOptions({}), { target: { ...connection, schema } }, {})
    closers.add('load', async () => void (await stream.stop()))
    await stream.prepare()
  })
  await timed('  its teardown', () => closers.close())
}

const creation = (schema: string): string =>
  [`CREATE SCHEMA ${schema}`, ...tables.map((table) => createTableSql(table, schema, dialect.name))].join(';')

async function bareSchema(): Promise<void> {
  await timed(BARE, () => admin.query(creation('bare')))
  await timed('  its DROP', () => admin.query('DROP SCHEMA bare CASCADE'))
}

async function templateDatabase(): Promise<void> {
  const client = await timed('CREATE DATABASE … TEMPLATE, log in', async () => {
    await admin.query('CREATE DATABASE copied TEMPLATE prepared')
    return connect({ ...connection, database: 'copied' })
  })
  await timed('  log out, DROP DATABASE', async () => {
    await client.end()
    await admin.query('DROP DATABASE copied WITH (FORCE)')
  })
}

async function prepareTemplate(): Promise<void> {
  await admin.query('CREATE DATABASE prepared')
  const client = await connect({ ...connection, database: 'prepared' })
  for (const table of tables) await client.query(createTableSql(table, 'public', dialect.name))
  await client.end()
}

const sorted = (name: string): number[] => (measured.get(name) ?? []).toSorted((a, b) => a - b)
const median = (name: string): number => sorted(name)[Math.floor(ROUNDS / 2)]!

function print(): void {
  console.log(`${ROUNDS} rounds in turns, ${dialect.version}, Node.js ${process.version}; milliseconds`)
  console.log('| what | median | min–max | ratio |\n| --- | ---: | ---: | ---: |')
  for (const name of measured.keys()) {
    const times = sorted(name)
    const range = `${times[0]!.toFixed(1)}–${times.at(-1)!.toFixed(1)}`
    console.log(`| ${name} | ${median(name).toFixed(1)} | ${range} | ${(median(name) / median(BARE)).toFixed(2)} |`)
  }
}

await prepareTemplate()
const release = sharedWorker.hold()
for (let round = -WARM_UP; round < ROUNDS; round++) {
  if (round === 0) measured.clear()
  // DROP DATABASE writes a checkpoint, after which the next to write is slower: that is left to nobody's account.
  for (const contender of [ownSchema, bareSchema, templateDatabase]) {
    await admin.query(creation('before'))
    await admin.query('DROP SCHEMA before CASCADE')
    await contender()
  }
}
release()
await admin.end()
print()
if (median(OWN) > LIMIT * median(BARE)) process.exitCode = 1
