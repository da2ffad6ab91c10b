import { execFileSync } from 'node:child_process'
import { MessageChannel, Worker } from 'node:worker_threads'
import { expect, onTestFinished, test } from 'vitest'
import { connect } from '../../src/target/connect.js'
import { childEnvironment } from '../../src/target/process-environment.js'
import { type RemoteWire, remoteWire } from '../../src/wire/remote-wire.js'
import type { RemoteWireOptions } from '../../src/wire/serve-wire.js'
import { cdcError } from '../support/cdc-error.js'
import { testConnection, useClient, useSchema } from '../support/server.js'

/** A thread with wires, for the current test. */
function useThread(): (options: RemoteWireOptions) => Promise<RemoteWire<string>> {
  const entry = new URL('wire-thread.ts', new URL('support/', import.meta.url)).href
  const boot = `import('tsx/esm/api').then(({ register }) => (register(), import(${JSON.stringify(entry)})))`
  const thread = new Worker(boot, { eval: true, execArgv: [] })
  onTestFinished(async () => void (await thread.terminate()))
  return (options) => {
    const { port1, port2 } = new MessageChannel()
    thread.postMessage({ port: port2, options }, [port2])
    return remoteWire<string>(port1)
  }
}

const job = `
  const { Client } = require('pg')
  const run = async () => {
    const client = new Client()
    await client.connect()
    for (const _ of [1, 2]) console.log((await client.query('SELECT n FROM ' + process.env.JOB_TABLE)).rows[0].n)
    await client.end()
  }
  run()
`

test('passes, holds and acts while the thread that has the job is blocked', async () => {
  const connection = await useSchema()
  const admin = await useClient(connection)
  const table = `${connection.schema}.counter`
  await admin.query(`CREATE TABLE ${table} AS SELECT 1 AS n`)
  await using wire = await useThread()({ connection })
  const { host, port, database, user, password } = wire.connection
  const login = { PGHOST: host, PGPORT: `${port}`, PGDATABASE: database, PGUSER: user, PGPASSWORD: password }
  const env = { ...childEnvironment(), ...login, JOB_TABLE: table }
  const read = (): string[] => execFileSync(process.execPath, ['-e', job], { env, encoding: 'utf8' }).trim().split('\n')

  expect(read()).toEqual(['1', '1'])
  const places = (await wire.call('places')) ?? []
  expect(places.map(({ occurrence }) => occurrence)).toEqual([1, 2])
  await wire.call('restart')
  await wire.call('atPlaces', new Map([[places[1]!.id, `UPDATE ${table} SET n = n + 1`]]))
  expect(read()).toEqual(['1', '2'])
  expect(await wire.call('stats')).toMatchObject({ sessions: 1, statements: 2, rows: 2, notes: [] })
  await wire.call('atPlaces', undefined)
  expect(read()).toEqual(['2', '2'])
})

test('tells and cuts sessions, and is closed once', async () => {
  const wire = await useThread()({ connection: testConnection() })
  const client = await connect(wire.connection)
  expect(await wire.call('sessions')).toMatchObject([{ number: 1, transaction: 'none' }])
  const lost = new Promise((resolve) => client.once('end', resolve))
  await wire.call('cut', [1])
  await lost
  expect(await wire.call('sessions')).toEqual([])
  await wire.call('close')
  expect(await wire.call('places')).toBeUndefined()
  await expect(connect(wire.connection)).rejects.toThrow('ECONNREFUSED')
})

test('that cannot listen says so', async () => {
  const open = useThread()
  await using first = await open({ connection: testConnection() })
  const second = open({ connection: testConnection(), listen: { port: first.connection.port } })
  await expect(second).rejects.toThrow(cdcError('ERR_CDC_TARGET', '`listen`', 'EADDRINUSE'))
})
