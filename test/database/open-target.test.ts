import { expect, test } from 'vitest'
import { connect } from '../../src/database/postgres/connect.js'
import { openTarget, type TargetChoice } from '../../src/database/open-target.js'
import { cdcError } from '../support/cdc-error.js'
import { testConnection } from '../support/server.js'

const environment = { CLOUDBERRY_HOST: 'cdw', CLOUDBERRY_SCHEMA: 'demo', CLOUDBERRY_PASSWORD: 'x' }

test('auto is the configured database if a host is set', async () => {
  await using target = await openTarget('auto', { environment })
  expect(target).toMatchObject({
    kind: 'configured',
    createTables: false,
    connection: { host: 'cdw', port: 5432, schema: 'demo', password: 'x' },
  })
})

test('auto is an embedded server if no host is set', async () => {
  await using target = await openTarget('auto', { environment: {}, schema: 'mine' })
  expect(target).toMatchObject({
    kind: 'embedded',
    createTables: true,
    connection: { host: '127.0.0.1', schema: 'mine' },
  })
  const client = await connect(target.connection)
  await client.end()
})

test('an explicit schema goes before the environment', async () => {
  expect((await openTarget('configured', { environment, schema: 'mine' })).connection.schema).toBe('mine')
  expect((await openTarget(testConnection(), { environment })).connection).toEqual(testConnection())
  expect((await openTarget(testConnection(), { environment, schema: 'mine' })).connection.schema).toBe('mine')
})

test.for([
  ['configured', ['`CLOUDBERRY_HOST`']],
  ['postgres', ['`target`', '`postgres`']],
  [{ host: '', port: 5432, database: 'd', user: 'u', schema: 's' }, ['`target.host`', '``']],
] as const)('refuses %j', async ([choice, named]) => {
  const opening = openTarget(choice as TargetChoice, { environment: {} })
  await expect(opening).rejects.toThrow(cdcError('ERR_CDC_OPTIONS', ...named))
})
