import { Client } from 'pg'
import { GenericContainer, Wait } from 'testcontainers'
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'
import { OptionsError } from '../../src/errors.js'
import { connect } from '../../src/database/postgres/connect.js'
import { CloudberryContainer } from '../../src/database/container/cloudberry-container.js'
import type { StartedCloudberryContainer } from '../../src/database/container/started-cloudberry-container.js'
import { untilServing } from '../../src/database/container/until-serving.js'
import { naming } from '../support/cdc-error.js'
import { containers, expectNoContainers, leftovers } from './support/containers.js'
import { expectTargetError } from './support/one-line.js'

const image = containers.lookAlike ?? ''

async function ask(container: StartedCloudberryContainer, query: string): Promise<unknown> {
  const client = new Client({ connectionString: container.getConnectionUri() })
  await client.connect()
  try {
    const { rows } = await client.query<unknown[]>({ text: query, rowMode: 'array' })
    return rows[0]?.[0]
  } finally {
    await client.end()
  }
}

describe.skipIf(image === '')('CloudberryContainer', () => {
  afterAll(expectNoContainers)

  test('is started with what it was told, and gone when it is disposed', async () => {
    {
      await using container = await new CloudberryContainer(image)
        .withDatabase('shop')
        .withUsername('clerk')
        .withPassword('p/w@:#')
        .start()
      expect(await ask(container, `SELECT current_database() || ' ' || current_user`)).toBe('shop clerk')
      expect(container.getHostname()).toBe('cdw')
      expect(container.getConnectionUri()).toBe(
        `postgres://clerk:p%2Fw%40%3A%23@${container.getHost()}:${container.getPort()}/shop`,
      )
      await container.stop()
    }
    expect(await leftovers()).toEqual([])
  })

  test('has a port that opens too early, which the test would notice', async () => {
    const container = await new GenericContainer(image)
      .withEnvironment({ CLOUDBERRY_PASSWORD: 'secret' })
      .withSharedMemorySize(1024 ** 3)
      .withExposedPorts(5432)
      .withWaitStrategy(Wait.forListeningPorts())
      .start()
    onTestFinished(async () => void (await container.stop()))
    const connection = {
      host: container.getHost(),
      port: container.getMappedPort(5432),
      database: 'demo',
      user: 'gpadmin',
      password: 'secret',
      schema: 'public',
    }
    await expect(connect(connection)).rejects.toMatchObject({ cause: { code: '28000' } })
  })

  test('does not wait on when it is refused for good', async () => {
    await using container = await new CloudberryContainer(image).start()
    const login = { host: container.getHost(), port: container.getPort(), user: 'gpadmin', schema: 'public' }
    const begun = performance.now()
    await Promise.all([
      expect(untilServing({ ...login, database: 'demo', password: 'another' }, { timeout: 60_000 })).rejects.toThrow(
        /password authentication failed/,
      ),
      expect(
        untilServing({ ...login, database: 'none', password: container.getPassword() }, { timeout: 60_000 }),
      ).rejects.toThrow(/"none"/),
    ])
    expect(performance.now() - begun).toBeLessThan(20_000)
  })

  test('waits for its segments', async () => {
    await using container = await new CloudberryContainer(image)
      .withEnvironment({ LOOK_ALIKE_SEGMENT_DOWN: '2' })
      .start()
    expect(await ask(container, `SELECT count(*)::int4 FROM gp_segment_configuration WHERE status = 'u'`)).toBe(3)
  })

  test('says that segments stay down, tells no password, and leaves no container', async () => {
    const container = new CloudberryContainer(image)
      .withEnvironment({ LOOK_ALIKE_SEGMENT_DOWN: '120' })
      .withPassword('S3cret-S3cret')
      .withStartupTimeout(20_000)
    await expectTargetError(
      container.start(),
      /does not serve after \d+ ms: 1 of 3 segments down; its log ends: /,
      'S3cret-S3cret',
    )
    expect(await leftovers()).toEqual([])
  })

  test('fails at once when the container ends', async () => {
    const begun = performance.now()
    const starting = new CloudberryContainer(image).withSharedMemorySize(64 * 1024 ** 2).start()
    await expect(starting).rejects.toThrow(naming('exit code 1', 'gpinitsystem failed'))
    expect(performance.now() - begun).toBeLessThan(10_000)
    expect(await leftovers()).toEqual([])
  })

  test('leaves no container when its port is taken', async () => {
    await using first = await new CloudberryContainer(image).start()
    const port = { container: 5432, host: first.getPort() }
    await expect(new CloudberryContainer(image).withExposedPorts(port).start()).rejects.toThrow(
      /port is already allocated|address already in use/,
    )
    expect(await leftovers()).toHaveLength(1)
  })

  test('keeps its data over a restart, and serves after it', async () => {
    await using container = await new CloudberryContainer(image).start()
    await ask(container, 'CREATE TABLE kept AS SELECT 42 AS answer')
    await container.restart()
    expect(await ask(container, 'SELECT answer FROM kept')).toBe(42)
  })

  test('can wait for scripts of the user', async () => {
    await using container = await new CloudberryContainer(image)
      .withCopyContentToContainer([
        {
          content: 'SELECT pg_sleep(1); CREATE TABLE made AS SELECT 1 AS one;',
          target: '/docker-entrypoint-initdb.d/made.sql',
        },
      ])
      .withReadyLine(/INFO - Finished executing custom initialization scripts/)
      .start()
    expect(await ask(container, 'SELECT one FROM made')).toBe(1)
  })

  test.each(['', 'two words', 'a*', 'a?'])('does not take the password %j', (password) => {
    expect(() => new CloudberryContainer(image).withPassword(password)).toThrow(OptionsError)
  })
})
