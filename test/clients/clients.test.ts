import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Client } from 'pg'
import { describe, expect, test } from 'vitest'
import { childEnvironment } from '../../src/database/embedded/process-environment.js'
import type { ConnectionOptions } from '../../src/database/connection/connection.js'
import { openWire } from '../../src/wire/session/open-wire.js'
import type { Place, PlaceHook } from '../../src/wire/place.js'
import { useClient, useSchema } from '../support/server.js'
import { benches, type ClientJob, clients } from './clients.js'

/** A table that is as it was at the start, and the way to run a job on it. */
async function useTable(): Promise<{
  connection: ConnectionOptions
  table: string
  admin: Client
  fill: () => Promise<unknown>
}> {
  const connection = await useSchema()
  const admin = await useClient(connection)
  const table = `${connection.schema}.items`
  await admin.query(`CREATE TABLE ${table} (id int, name text)`)
  const fill = (): Promise<unknown> =>
    admin.query(`TRUNCATE ${table}; INSERT INTO ${table} VALUES (1, 'one'), (2, 'two'), (3, 'three')`)
  return { connection, table, admin, fill }
}

/** What a job says to its standard output. */
async function run(
  job: ClientJob,
  { host, port, database, user, password }: ConnectionOptions,
  table: string,
): Promise<string> {
  const login = { PGHOST: host, PGPORT: `${port}`, PGDATABASE: database, PGUSER: user, PGPASSWORD: password }
  const [schema] = table.split('.')
  // Without PGSSLMODE those of libpq ask for encryption, and go on without.
  const { PGSSLMODE: _, ...inherited } = childEnvironment()
  const env = { ...inherited, ...login, JOB_TABLE: table, PGOPTIONS: `-c search_path=${schema}` }
  const { stdout } = await promisify(execFile)(job.command, [...job.args(table)], { env, maxBuffer: 2 ** 26 })
  return stdout
}

const verbs = (places: readonly Place[]): string =>
  places.map(({ statement }) => statement.split(/[\s;(]/, 1)[0]).join(' ')

for (const { name, isInstalled } of [...clients, ...benches]) {
  if (!isInstalled) console.log(`${name} is skipped: it is not there.`)
}

describe.for(clients)('$name', (job) => {
  test.skipIf(!job.isInstalled)('says and hears the same over a wire, held or not', async () => {
    const { connection, table, admin, fill } = await useTable()
    const heard: [said: string, rows: unknown[], places?: string][] = []
    const note = async (of: ConnectionOptions, places: () => string | undefined): Promise<void> => {
      await fill()
      const said = await run(job, of, table)
      const { rows } = await admin.query(`SELECT * FROM ${table} ORDER BY id`)
      const seen = places()
      heard.push(seen === undefined ? [said, rows] : [said, rows, seen])
    }
    await note(connection, () => undefined)
    for (const onPlace of [undefined, (): Promise<void> => Promise.resolve()]) {
      await using wire = await openWire({ connection, ...(onPlace && { onPlace }) })
      await note(wire.connection, () => verbs(wire.places()))
      expect(wire.stats()).toMatchObject({ sessions: 1, errors: 1, notes: [] })
    }
    const [bare, passed, held] = heard
    expect(bare![0]).toContain('22012')
    expect(passed!.slice(0, 2)).toEqual(bare)
    expect(held!.slice(0, 2)).toEqual(bare)
    expect(passed![2]).toBe(held![2])
    expect(held![2]).toBe(job.says)
  })

  test.skipIf(!job.isInstalled)('sees what is done before its last statement', async () => {
    const { connection, table, admin, fill } = await useTable()
    const last = (places: readonly Place[]): Place =>
      places.findLast(({ statement }) => statement.includes('count(*)'))!
    await fill()
    await using wire = await openWire({ connection })
    const bare = await run(job, wire.connection, table)
    const { id } = last(wire.places())
    await fill()
    wire.restart()
    const add: PlaceHook = async (place) => {
      if (place.id === id) await admin.query(`INSERT INTO ${table} VALUES (99, 'more')`)
    }
    wire.setHook(add)
    const numbers = (said: string): number[] => said.match(/\d+/g)!.slice(-2).map(Number)
    const [count] = numbers(bare)
    expect(numbers(bare)).toEqual([count, count])
    expect(numbers(await run(job, wire.connection, table))).toEqual([count, count! + 1])
  })
})

describe.for(benches)('$name', (job) => {
  test.skipIf(!job.isInstalled)('does the same over a wire', async () => {
    const { connection, table, admin, fill } = await useTable()
    const name = async (): Promise<unknown> => (await admin.query(`SELECT name FROM ${table} WHERE id = 1`)).rows[0]
    await fill()
    await run(job, connection, table)
    expect(await name()).toEqual({ name: 'onexx' })
    for (const onPlace of [undefined, (): Promise<void> => Promise.resolve()]) {
      await fill()
      await using wire = await openWire({ connection, ...(onPlace && { onPlace }) })
      expect(await run(job, wire.connection, table)).toContain('processed: 2/2')
      expect(await name()).toEqual({ name: 'onexx' })
      expect(verbs(wire.places())).toBe(job.says)
      expect(wire.stats()).toMatchObject({ errors: 0, notes: [] })
    }
  })
})
