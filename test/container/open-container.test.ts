import { getContainerRuntimeClient } from 'testcontainers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createCdcStream } from '../../src/stream/create-cdc-stream.js'
import { connect } from '../../src/database/postgres/connect.js'
import { openTarget } from '../../src/database/open-target.js'
import type { StartedTarget } from '../../src/database/connection/connection.js'
import { CONTAINER_LABEL, containers, expectNoContainers, leftovers, useContainer } from './support/containers.js'
import { runScript } from './support/script.js'

describe.skipIf(containers.skipped)('a container', () => {
  afterAll(expectNoContainers)

  describe.each(containers.images)('%s', (image) => {
    const environment = { CDC_CONTAINER_IMAGE: image }

    describe('that is open', () => {
      let target: StartedTarget
      const failures: unknown[] = []

      beforeAll(async () => {
        target = await openTarget('container', { environment, schema: 'mine' })
        // At once, and never again: a port that opens too early would show here.
        for (let index = 0; index < 20; index++) {
          await connect(target.connection, { timeout: 2_000 })
            .then(async (client) => {
              await client.query('SELECT 1')
              await client.end()
            })
            .catch((error: unknown) => failures.push(error))
        }
      })

      afterAll(() => target[Symbol.asyncDispose]())

      test('serves from the first connection on', () => {
        expect(failures).toEqual([])
      })

      test('is a target of ours, with the tables to create', async () => {
        expect(target).toMatchObject({ kind: 'container', createTables: true })
        expect(target.connection).toMatchObject({ schema: 'mine', sslmode: 'disable' })
        expect(await leftovers(CONTAINER_LABEL)).toEqual([expect.stringMatching(/ running$/)])
      })

      test('lets nobody in with another password', async () => {
        const { password = '' } = target.connection
        expect(password).toMatch(/^[0-9a-f]{32}$/)
        const refused = connect({ ...target.connection, password: 'another' })
        await expect(refused).rejects.toMatchObject({ cause: { code: '28P01' } })
      })

      test('is set up for replication if it is PostgreSQL', async ({ skip }) => {
        const client = await connect(target.connection)
        try {
          const { rows } = await client.query<{ version: string; level: string; connections: string }>(
            `SELECT version(), current_setting('wal_level') AS level, current_setting('max_connections') AS connections`,
          )
          if (!image.includes('/postgres')) skip()
          expect(rows[0]).toMatchObject({ level: 'logical', connections: '300' })
        } finally {
          await client.end()
        }
      })
    })

    test('takes a stream whose tables equal its ledger', async () => {
      const stream = createCdcStream({ target: 'container', environment, batches: 20, interval: 0, seed: 7 })
      try {
        await stream.start()
        expect(await stream.finished).toMatchObject({ commits: 20 })
        expect(await stream.verify()).toMatchObject({ equal: true })
      } finally {
        await stream[Symbol.asyncDispose]()
      }
      expect(await leftovers()).toEqual([])
    })

    test('goes when it is disposed, however often', async () => {
      const target = await useContainer(image)
      const idle = await connect(target.connection)
      await Promise.all([target[Symbol.asyncDispose](), target[Symbol.asyncDispose]()])
      await target[Symbol.asyncDispose]()
      expect(await leftovers()).toEqual([])
      await expect(idle.query('SELECT 1')).rejects.toBeInstanceOf(Error)
      await expect(connect(target.connection)).rejects.toMatchObject({ code: 'ERR_CDC_TARGET' })
    })

    test('may be gone when it is disposed', async () => {
      const target = await useContainer(image)
      const { container } = await getContainerRuntimeClient()
      for (const { Id } of await container.list()) await container.getById(Id).remove({ force: true, v: true })
      await expect(target[Symbol.asyncDispose]()).resolves.toBeUndefined()
    })

    test('does not keep a process alive', async () => {
      const { stdout, stderr } = await runScript(`
        import { openTarget } from './src/database/open-target.ts'
        const target = await openTarget('container', { environment: { CDC_CONTAINER_IMAGE: '${image}' } })
        await target[Symbol.asyncDispose]()
        console.log('disposed')
        setTimeout(() => process.exit(9), 5_000).unref()
        process.on('exit', (code) => console.log('ended', code))`)
      expect({ stdout, stderr }).toEqual({ stdout: 'disposed\nended 0\n', stderr: '' })
    })
  })
})
