import { expect, test } from 'vitest'
import { OptionsError } from '../../src/errors.js'
import { connectionFromEnvironment, validateConnection } from '../../src/database/connection/check-connection.js'
import { describeConnection } from '../../src/database/connection/connection.js'
import { cdcError } from '../support/cdc-error.js'

const HOST = { CLOUDBERRY_HOST: 'cdw' }

test('has a default for all but the host', () => {
  expect(connectionFromEnvironment(HOST)).toEqual({
    host: 'cdw',
    port: 5432,
    database: 'gpadmin',
    user: 'gpadmin',
    schema: 'tpcds',
  })
})

test('reads every variable', () => {
  const connection = connectionFromEnvironment({
    CLOUDBERRY_HOST: '127.0.0.1',
    CLOUDBERRY_PORT: '15432',
    CLOUDBERRY_DATABASE: 'warehouse',
    CLOUDBERRY_USER: 'etl',
    CLOUDBERRY_PASSWORD: 'hashdata@123',
    CLOUDBERRY_SCHEMA: 'demo',
    CLOUDBERRY_SSLMODE: 'verify-full',
    CLOUDBERRY_SSLROOTCERT: '/etc/ca.pem',
  })
  expect(connection).toEqual({
    host: '127.0.0.1',
    port: 15_432,
    database: 'warehouse',
    user: 'etl',
    password: 'hashdata@123',
    schema: 'demo',
    sslmode: 'verify-full',
    sslrootcert: '/etc/ca.pem',
  })
})

test.for([
  [{}, ['`CLOUDBERRY_HOST`', 'nothing']],
  ...['abc', '0', '65536', '5432.5', '-1', '0x10', '1e3', ' 1'].map(
    (port) => [{ ...HOST, CLOUDBERRY_PORT: port }, ['`CLOUDBERRY_PORT`', 1, 65_535, `\`${port}\``]] as const,
  ),
  [
    { ...HOST, CLOUDBERRY_SSLMODE: 'prefer' },
    ['`CLOUDBERRY_SSLMODE`', '`disable`', '`require`', '`verify-ca`', '`verify-full`', '`prefer`'],
  ],
] as const)('refuses %j', ([environment, named]) => {
  expect(() => connectionFromEnvironment(environment)).toThrow(cdcError('ERR_CDC_OPTIONS', ...named))
})

test('names the field of an object', () => {
  const connection = { host: 'cdw', port: 5432, database: 'd', user: 'u', schema: 's' }
  expect(validateConnection(connection)).toEqual(connection)
  expect(() => validateConnection({ ...connection, port: '5432' })).toThrow(
    cdcError('ERR_CDC_OPTIONS', '`target.port`', 1, 65_535, '`5432`'),
  )
  expect(() => validateConnection({ ...connection, schema: '' })).toThrow(
    cdcError('ERR_CDC_OPTIONS', '`target.schema`', '``'),
  )
  expect(() => validateConnection(undefined)).toThrow(OptionsError)
})

test('names a database', () => {
  const connection = { host: 'cdw', port: 5432, database: 'd', user: 'u', schema: 's', password: 'geheim' }
  expect(describeConnection(connection)).toBe('cdw:5432')
  expect(describeConnection({ ...connection, host: '::1' })).toBe('[::1]:5432')
})

test('never shows a password', () => {
  const connection = { host: 'cdw', port: 5432, database: 'd', user: 'u', schema: 's', password: ['geheim'] }
  const error = (() => {
    try {
      return validateConnection(connection)
    } catch (caught) {
      return caught as Error
    }
  })() as Error
  expect(error.message).toBe('Expected `target.password` to be a text, got something else. Set target.password.')
  expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('geheim')
  expect(error.cause).toBeUndefined()
})

test.for([
  ['[::1]', '::1'],
  ['[2001:db8::5]', '2001:db8::5'],
  ['[fe80::1%eth0]', 'fe80::1%eth0'],
  ['::1', '::1'],
  ['db-1.example.org', 'db-1.example.org'],
  ['/run/postgresql', '/run/postgresql'],
] as const)('%s as a host is %s', ([given, host]) => {
  expect(connectionFromEnvironment({ CLOUDBERRY_HOST: given })).toMatchObject({ host })
  const connection = { host: given, port: 5432, database: 'd', user: 'u', schema: 's' }
  expect(describeConnection(validateConnection(connection))).toBe(
    host.includes(':') ? `[${host}]:5432` : `${host}:5432`,
  )
})

test.for(['[::1]:5432', 'localhost:5432', 'db.example.org:', '[::1', '::1]', '[db.example.org]'])(
  '%s is no host',
  (host) => {
    expect(() => connectionFromEnvironment({ CLOUDBERRY_HOST: host })).toThrow(
      cdcError('ERR_CDC_OPTIONS', '`CLOUDBERRY_HOST`', 'port'),
    )
  },
)

test.for([
  [{ sslMode: 'require' }, '`sslMode`', '`sslmode`'],
  [{ username: 'etl' }, '`username`', '`user`'],
  [{ passwd: 'x' }, '`passwd`', '`password`'],
] as const)('refuses names that no connection has: %j', ([more, given, near]) => {
  const connection = { host: 'cdw', port: 5432, database: 'd', user: 'u', schema: 's', ...more }
  expect(() => validateConnection(connection)).toThrow(cdcError('ERR_CDC_OPTIONS', '`target`', given, near))
})
