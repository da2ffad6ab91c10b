import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'
import type { Place, Tool } from './capture.js'

const LIB = join(import.meta.dirname, 'debezium', 'lib')
/** What the last event is about. */
const END = 'the end'

/** An event as a consumer of Kafka gets it. */
export interface DebeziumMessage {
  readonly key: string
  readonly value: string | null
}

/** Whether `.ci/install/jars.mjs` had its way. */
export function hasDebezium(): boolean {
  return existsSync(join(LIB, '.installed'))
}

/** Runs Debezium's engine with the connector of PostgreSQL, from before the load on until it has told all. */
export function byDebezium(settings: Readonly<Record<string, string>> = {}): Tool<DebeziumMessage[]> {
  return async (place) => {
    const child = spawn('java', ['-Xmx256m', '-XX:TieredStopAtLevel=1', '-cp', `${LIB}/*:${LIB}`, 'Capture'], {
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    let said = ''
    child.stderr.setEncoding('utf8').on('data', (piece: string) => (said += piece))
    const closed = once(child, 'close')
    const failed = closed.then(() => Promise.reject(new Error(`Expected Debezium to go on, got its end: ${said}`)))
    failed.catch(() => {})
    const told: DebeziumMessage[] = []
    const toldAll = new Promise<void>((resolve) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        const [key = '', value = ''] = line.split('\t')
        if (value.includes(`"prefix":"${END}"`)) resolve()
        else told.push({ key, value: value === 'null' ? null : value })
      })
    })
    child.stdin.end(propertiesText({ ...propertiesOf(place), ...settings }))
    await Promise.race([streaming(place), failed])
    return {
      end: async () => {
        await place.pool.query('SELECT pg_logical_emit_message(true, $1, $2)', [END, ''])
        await Promise.race([toldAll, failed])
        child.kill('SIGKILL')
        await closed
        return told
      },
    }
  }
}

function propertiesOf({ connectionString, schema }: Place): Record<string, string> {
  const { hostname, port, pathname, username, password } = new URL(connectionString)
  return {
    name: schema,
    'connector.class': 'io.debezium.connector.postgresql.PostgresConnector',
    'offset.storage': 'org.apache.kafka.connect.storage.MemoryOffsetBackingStore',
    'database.hostname': hostname,
    'database.port': port,
    'database.dbname': pathname.slice(1),
    'database.user': username,
    'database.password': decodeURIComponent(password),
    'topic.prefix': 'shop',
    'plugin.name': 'pgoutput',
    'slot.name': schema,
    'publication.name': schema,
    'publication.autocreate.mode': 'disabled',
    'schema.include.list': schema,
    'snapshot.mode': 'no_data',
  }
}

function propertiesText(properties: Readonly<Record<string, string>>): string {
  return Object.entries(properties)
    .map(([name, value]) => `${name}=${value.replaceAll('\\', '\\\\')}\n`)
    .join('')
}

/** What is committed from now on is told. */
async function streaming({ pool, schema }: Place): Promise<void> {
  const sql = 'SELECT FROM pg_replication_slots WHERE slot_name = $1 AND active AND confirmed_flush_lsn IS NOT NULL'
  while ((await pool.query(sql, [schema])).rowCount === 0) await pool.query('SELECT pg_sleep(0.05)')
}
