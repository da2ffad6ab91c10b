import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { type CdcOptions, createCdcStream, defineTable, type StreamEvent } from '../../src/index.js'
import { resolveOptions } from '../../src/options/resolve-options.js'
import { planShards } from '../../src/shards/plan-shards.js'
import { RerunnableStream } from '../../src/stream/rerunnable-stream.js'
import { verifyShards } from '../../src/shards/verify-shards.js'
import type { ConnectionOptions } from '../../src/database/connection/connection.js'
import { runHere } from '../cli/support/run-here.js'
import { cdcError } from '../support/cdc-error.js'
import { connectionVariables, useFolder } from '../cli/support/cli-process.js'
import { createExistingTables, createOwnTables } from '../support/existing-rows.js'
import { orders } from '../support/orders.js'
import { openStrikingWire, type StrikingWire } from '../support/striking-wire.js'
import { useClient, useRole, useSchema } from '../support/server.js'

const OPTIONS = { batchSize: 20, interval: 0, ratio: { insert: 7, update: 2, delete: 1 }, seed: 11 } as const

/** A server behind a wire, whose schema has both tables. */
interface Place {
  readonly direct: ConnectionOptions
  readonly wire: StrikingWire
}

async function usePlace(rows = 0): Promise<Place> {
  const direct = await useSchema()
  const client = await useClient()
  await (rows > 0 ? createExistingTables(client, direct.schema, rows) : createOwnTables(client, direct.schema))
  const wire = await openStrikingWire(direct)
  onTestFinished(() => wire[Symbol.asyncDispose]())
  return { direct, wire }
}

/** How often a connection is lost when something is asked, and how: before the server hears of it, after it, or without a word. */
interface Loss {
  readonly of: RegExp
  readonly times?: number
  readonly how?: 'before' | 'after' | 'silent'
}

/** Lets connections be lost, and tells how many were. */
function lose(wire: StrikingWire, { of, times = 1, how = 'before' }: Loss): { readonly count: () => number } {
  let count = 0
  wire.onMessage = (message) => {
    if (count >= times || !of.test(message.toString('latin1'))) return undefined
    count += 1
    return { forward: how === 'after', act: () => delay(0), ...(how === 'silent' && { cut: false }) }
  }
  return { count: () => count }
}

function streamOn(place: Place, options: CdcOptions = {}): ReturnType<typeof createCdcStream> {
  return createCdcStream({ ...OPTIONS, target: place.wire.connection, ...options })
}

const hows = ['before', 'after', 'silent'] as const

test.each(hows)('the comparison with the ledger reads again: %s', async (how) => {
  const place = await usePlace()
  await using stream = streamOn(place, { answerWithin: 300 })
  await stream.step(5)
  // Once for each of the tables, and once more while the second one is read.
  const lost = lose(place.wire, { of: /COPY .*store_returns_heap/, times: 2, how })
  expect(await stream.verify()).toMatchObject({ equal: true, commit: 5 })
  expect(lost.count()).toBe(2)
  const client = await useClient()
  await client.query(`DELETE FROM ${place.direct.schema}.store_sales_heap WHERE ss_id = 3`)
  lose(place.wire, { of: /COPY .*store_returns_heap/, times: 2, how })
  expect(await stream.verify()).toMatchObject({ equal: false, differing: 1 })
})

test('a server that is away for longer than `retryFor` is told in one line', async () => {
  const place = await usePlace()
  await using stream = streamOn(place, { retryFor: 200 })
  await stream.step(2)
  lose(place.wire, { of: /COPY/, times: Number.POSITIVE_INFINITY })
  const verifying = stream.verify()
  await expect(verifying).rejects.toThrow(cdcError('ERR_CDC_TARGET', 'compare the tables', '200 ms', 'Connection'))
  await expect(verifying).rejects.toThrow(/^[^\n]*$/)
  lose(place.wire, { of: /nothing/ })
  expect(await stream.verify()).toMatchObject({ equal: true })
})

test('a comparison that is given up while its server is away ends at once', async () => {
  const place = await usePlace()
  await using stream = streamOn(place)
  await stream.step(2)
  const abort = new AbortController()
  const lost = lose(place.wire, { of: /COPY/, times: Number.POSITIVE_INFINITY })
  const verifying = stream.verify({ signal: abort.signal })
  verifying.catch(() => {})
  await expect.poll(lost.count, { interval: 5, timeout: 20_000 }).toBeGreaterThan(2)
  abort.abort(new RangeError('enough'))
  await expect(verifying).rejects.toThrow(new RangeError('enough'))
})

const preparations: [what: string, of: RegExp][] = [
  ['what the schema has', /pg_catalog.pg_am/],
  ['how many rows there are', /count\(\*\)/],
  ['whether the children can be read', /has_table_privilege\(to_regclass/],
  ['the sample of the rows that stood there', /COPY .*md5/],
]

test.each(preparations.flatMap(([what, of]) => hows.map((how) => [what, of, how] as const)))(
  'a stream looks again at %s (%s): %s',
  async (_, of, how) => {
    const place = await usePlace(400)
    const events: StreamEvent[] = []
    await using stream = streamOn(place, { answerWithin: 300, nulls: 'none', observe: (event) => events.push(event) })
    const lost = lose(place.wire, { of, times: 2, how })
    await stream.step(6)
    expect(lost.count()).toBe(2)
    expect(stream.stats()).toMatchObject({ commits: 6 })
    expect(await stream.verify()).toMatchObject({ equal: true })
    const told = events.map(({ type }) => type).filter((type) => type === 'connected' || type === 'baseline')
    expect(told).toEqual(['connected', 'baseline', 'baseline'])
    expect(events.filter((event) => event.type === 'warning' && event.message.includes('again'))).not.toEqual([])
  },
)

test.each(hows)('the changes that are tried and rolled back are tried again: %s', async (how) => {
  const place = await usePlace()
  await using stream = streamOn(place, { tables: [orders], createTables: true, answerWithin: 300 })
  const lost = lose(place.wire, { of: /SET CONSTRAINTS/, times: 2, how })
  await stream.step(4)
  expect(lost.count()).toBe(2)
  expect(await stream.verify()).toMatchObject({ equal: true, commit: 4 })
})

test.each(hows)('a run that is resumed looks for its last commit again: %s', async (how) => {
  const place = await usePlace()
  let token: string | undefined
  const first = streamOn(place, {
    batches: 20,
    observe: (event) => void (event.type === 'resumable' && (token = event.token)),
  })
  await first.step(7)
  await first[Symbol.asyncDispose]()
  const lost = lose(place.wire, { of: /COPY .*store_returns_heap.* TO STDOUT/, times: 2, how })
  await using stream = createCdcStream({
    target: place.wire.connection,
    resume: token!,
    answerWithin: 300,
    interval: 0,
  })
  await stream.start()
  expect(lost.count()).toBe(2)
  expect(await stream.finished).toMatchObject({ commits: 20 })
  expect(await stream.verify()).toMatchObject({ equal: true, commit: 20 })
})

test('a thread that is at work for longer than an answer may take is no silent server', async () => {
  const target = await useSchema()
  let looks = 0
  const things = defineTable({
    name: 'things',
    key: 'id',
    columns: [{ name: 'id', type: 'int8' }],
    rows: () => ({
      fill: (_, number, version) => {
        if (number !== 1 || version !== 0) return
        looks += 1
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 400)
      },
    }),
  })
  const events: StreamEvent[] = []
  const options = { tables: [things], createTables: true, answerWithin: 100 }
  const resolved = resolveOptions({ ...OPTIONS, ...options, ratio: { insert: 1 } })
  const observe = (event: StreamEvent): void => void events.push(event)
  await using stream = new RerunnableStream(resolved, { ...options, target, observe }, {})
  await stream.prepare()
  expect(looks).toBeGreaterThan(0)
  expect(events.filter(({ type }) => type === 'warning')).toEqual([])
})

test('an address where nobody answers is told at once, whatever `retryFor` is', async () => {
  const target = { ...(await useSchema()), port: 1 }
  await using stream = createCdcStream({ ...OPTIONS, target, retryFor: 3_600_000 })
  await expect(stream.start()).rejects.toThrow(cdcError('ERR_CDC_TARGET', 'ECONNREFUSED'))
})

test('a stream that is stopped while it waits for its server does not wait on', async () => {
  const place = await usePlace(50)
  await using stream = streamOn(place, { nulls: 'none', retryFor: 3_600_000 })
  const lost = lose(place.wire, { of: /count\(\*\)/, times: Number.POSITIVE_INFINITY })
  const starting = stream.start()
  starting.catch(() => {})
  await expect.poll(lost.count, { interval: 5, timeout: 20_000 }).toBeGreaterThan(2)
  expect(await stream.stop()).toMatchObject({ commits: 0 })
  await expect(starting).rejects.toMatchObject({ code: 'ERR_CDC_STATE' })
})

test.each(hows)('`during` looks at the tables again, before and after its callback: %s', async (how) => {
  const place = await usePlace()
  await using stream = streamOn(place, { answerWithin: 300 })
  await stream.step(2)
  let calls = 0
  let lost = lose(place.wire, { of: /indisunique/, times: 2, how })
  const before = await stream.during(async () => {
    calls += 1
    const { count } = lost
    // The statement has been sent once on each of the lost sessions, and comes again when the callback has ended.
    lost = lose(place.wire, { of: /indisunique/, times: 2, how })
    return count()
  })
  expect([calls, before, lost.count()]).toEqual([1, 2, 2])
  await stream.step(2)
  expect(await stream.verify()).toMatchObject({ equal: true, commit: 4 })
})

test('what the callback of `during` loses is told to the caller, and not done again', async () => {
  const place = await usePlace()
  await using stream = streamOn(place)
  await stream.step(2)
  lose(place.wire, { of: /mine/ })
  let calls = 0
  const working = stream.during((client) => {
    calls += 1
    return client.query(`CREATE TABLE mine (a int)`)
  })
  await expect(working).rejects.toThrow('Connection terminated')
  expect(calls).toBe(1)
  await stream.step(2)
  expect(stream.state).toBe('paused')
})

test.each(hows)('the base of shards is looked for again, and tables are created once: %s', async (how) => {
  const place = await usePlace(30)
  const client = await useClient()
  const { schema } = place.direct
  await client.query(`DROP TABLE ${schema}.store_returns_heap`)
  const lost = lose(place.wire, { of: /count\(\*\)::text AS count, ARRAY/, times: 2, how })
  const options = { ...OPTIONS, createTables: true, nulls: 'none', answerWithin: 300 } as const
  const plan = await planShards(options, 2, place.wire.connection)
  expect(lost.count()).toBe(2)
  expect(plan).toMatchObject({ base: 1003, rows: { store_sales_heap: 30 }, created: ['store_returns_heap'] })
})

test.each(hows)('all shards are compared again, in one snapshot: %s', async (how) => {
  const place = await usePlace()
  for (const shard of ['1/2', '2/2']) {
    await using stream = createCdcStream({ ...OPTIONS, target: place.direct, base: 0, shard, batches: 4 })
    await stream.start()
    await stream.finished
  }
  const lost = lose(place.wire, { of: /COPY .*store_returns_heap/, times: 2, how })
  const shards = ['1/2', '2/2'].map((shard) => ({ ...OPTIONS, base: 0, shard, batches: 4, answerWithin: 300 }))
  expect(await verifyShards(place.wire.connection, shards)).toMatchObject({ equal: true, commits: 8 })
  expect(lost.count()).toBe(2)
})

test.each(['before', 'after'] as const)('`inspect` reads the catalog again: %s', async (how) => {
  const place = await usePlace()
  const lost = lose(place.wire, { of: /pg_get_constraintdef/, times: 2, how })
  const folder = await useFolder()
  const args = ['inspect', 'store_sales_heap', '--out', join(folder, 'tables.ts')]
  const { code, stderr } = await runHere(args, connectionVariables(place.wire.connection))
  expect({ code, stderr }).toMatchObject({ code: 0 })
  expect(lost.count()).toBe(2)
  expect(readFileSync(join(folder, 'tables.ts'), 'utf8')).toContain('ss_ticket_number')
})

test('backends that are terminated while they read, by the server', async () => {
  const role = await useRole(await useSchema())
  const [admin, locker] = [await useClient(), await useClient()]
  await createOwnTables(admin, role.schema)
  await using stream = createCdcStream({ ...OPTIONS, target: role })
  await stream.step(5)
  const waiting = async (): Promise<number[]> => {
    const { rows } = await admin.query<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity WHERE usename = $1 AND wait_event_type = 'Lock'`,
      [role.user],
    )
    return rows.map(({ pid }) => pid)
  }
  await locker.query(`BEGIN; LOCK TABLE ${role.schema}.store_sales_heap`)
  const verifying = stream.verify()
  verifying.catch(() => {})
  for (let round = 0; round < 3; round++) {
    await expect.poll(waiting, { interval: 5, timeout: 10_000 }).toHaveLength(1)
    await admin.query('SELECT pg_terminate_backend($1, 10000)', await waiting())
  }
  await expect.poll(waiting, { interval: 5, timeout: 10_000 }).toHaveLength(1)
  await locker.query('COMMIT')
  expect(await verifying).toMatchObject({ equal: true, commit: 5 })
})

test('a summary is printed once where the tables cannot be compared, and the reason in one line', async () => {
  const admin = await useClient()
  const { schema } = await useSchema()
  const role = await useRole({ ...(await useSchema()), schema })
  await createOwnTables(admin, schema)
  await admin.query(`
    ALTER ROLE ${role.user} NOSUPERUSER;
    GRANT USAGE ON SCHEMA ${schema} TO ${role.user};
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO ${role.user};
    CREATE TABLE ${schema}.batches (n int);
    CREATE FUNCTION ${schema}.revoke_at_last() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
      BEGIN
        INSERT INTO ${schema}.batches VALUES (1);
        IF (SELECT count(*) FROM ${schema}.batches) = 3 THEN
          REVOKE SELECT ON ${schema}.store_sales_heap FROM ${role.user};
        END IF;
        RETURN NULL;
      END $$;
    CREATE TRIGGER revoke_at_last AFTER INSERT ON ${schema}.store_sales_heap EXECUTE FUNCTION ${schema}.revoke_at_last()`)
  const args = ['--tables', 'sales', '--total-batches', '3', '--batch-interval', '0', '--ratio', '100/0/0']
  const { code, stdout, stderr } = await runHere(args, connectionVariables(role))
  expect(code, stdout + stderr).toBe(1)
  expect(stdout.match(/Summary: 3 batches/g)).toHaveLength(1)
  expect(stderr.match(/permission denied/g)).toHaveLength(1)
})
