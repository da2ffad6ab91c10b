import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { openContainer } from '../../src/database/container/open-container.js'
import { connect } from '../../src/database/mysql/connect.js'
import { createCdcStream } from '../../src/stream/create-cdc-stream.js'
import { cdcError } from '../support/cdc-error.js'
import { runVitest } from '../support/vitest-run.js'
import { containers, expectNoContainers, leftovers, useContainer } from './support/containers.js'

const { mariadb: image = '' } = containers

describe.skipIf(image === '')('a container with MariaDB', () => {
  test('serves from the first connection on, with a binary log of rows', async () => {
    const { kind, createTables, connection } = await useContainer(image)
    expect({ kind, createTables }).toEqual({ kind: 'container', createTables: true })
    expect(connection).toMatchObject({ protocol: 'mysql', database: 'tpcds', schema: 'tpcds', sslmode: 'disable' })
    const client = await connect(connection, { timeout: 2_000 })
    try {
      const { rows } = await client.query(
        'SELECT @@log_bin AS log, @@binlog_format AS format, @@binlog_row_image AS image, @@binlog_row_metadata AS metadata, @@server_id AS id',
      )
      expect(rows).toEqual([{ log: '1', format: 'ROW', image: 'FULL', metadata: 'FULL', id: '1' }])
    } finally {
      await client.close()
    }
    expect(connection.password).toMatch(/^[0-9a-f]{32}$/)
    await expect(connect({ ...connection, password: 'another' })).rejects.toMatchObject({ code: 'ERR_CDC_TARGET' })
  })

  test('takes a stream whose tables equal its ledger, and goes with it', async () => {
    const environment = { CDC_CONTAINER_IMAGE: image }
    {
      await using stream = createCdcStream({ target: 'container', environment, batches: 20, interval: 0, seed: 7 })
      await stream.start()
      expect(await stream.finished).toMatchObject({ commits: 20 })
      expect(await stream.verify()).toMatchObject({ equal: true })
    }
    await expectNoContainers()
  })

  test('is the one of a run of tests, each in a database of its own', async () => {
    const spec = await readFile(new URL('../../docs/snippets/mysql.spec.ts', import.meta.url), 'utf8')
    const env = { CDC_TARGET: 'container', CDC_CONTAINER_IMAGE: image, CI: '' }
    const run = await runVitest({ files: { 'mysql.spec.ts': spec }, env })
    const status = run.tests.map((inner) => inner.status)
    expect(status, run.output).toEqual(['passed', 'passed', 'passed'])
    await expectNoContainers()
  })

  test('of another kind than the image says what came of it, and leaves nothing', async () => {
    const environment = { CDC_CONTAINER_IMAGE: image, CDC_CONTAINER_KIND: 'postgres', CDC_CONTAINER_TIMEOUT: '20000' }
    await expect(openContainer({ environment })).rejects.toThrow(cdcError('ERR_CDC_TARGET', 'CDC_CONTAINER_KIND'))
    expect(await leftovers()).toEqual([])
  })

  test('that is given up leaves nothing', async () => {
    const environment = { CDC_CONTAINER_IMAGE: image }
    const controller = new AbortController()
    const opening = openContainer({ environment, signal: controller.signal })
    opening.catch(() => undefined)
    while ((await leftovers()).length === 0);
    controller.abort(new Error('enough'))
    await expect(opening).rejects.toThrow('enough')
    await expectNoContainers()
  })

  test('that is not ready in time says so, and leaves nothing', async () => {
    const environment = { CDC_CONTAINER_IMAGE: image, CDC_CONTAINER_READY: 'never', CDC_CONTAINER_TIMEOUT: '4000' }
    await expect(openContainer({ environment })).rejects.toThrow(cdcError('ERR_CDC_TARGET', 'CDC_CONTAINER_TIMEOUT'))
    expect(await leftovers()).toEqual([])
  })
})
