import { expect, test } from 'vitest'
import { isLoopback } from '../../src/database/connection/is-loopback.js'
import { runCli } from './support/cli-process.js'
import { useTables } from './support/database.js'
import { expectOneLine } from './support/expect-one-line.js'
import { runHere } from './support/run-here.js'

const REMOTE = { CLOUDBERRY_HOST: 'db.invalid', CI: 'true' }

test.for([
  '127.0.0.1',
  '127.1.2.3',
  '::1',
  '0:0:0:0:0:0:0:1',
  '[::1]',
  '[0:0:0:0:0:0:0:1]',
  'localhost',
  'LocalHost',
  '/run/postgresql',
])('%s is this machine', (host) => {
  expect(isLoopback(host)).toBe(true)
})

test.for([
  'db.example',
  '10.0.0.1',
  '128.0.0.1',
  '0.0.0.0',
  '::',
  '::2',
  '[::2]',
  '[127.0.0.1]',
  '[localhost]',
  'fe80::1%lo',
  '::ffff:127.0.0.1',
  '127.0.0.1.example',
  'localhost.example',
  '127.1',
  '',
])('%s is not this machine for certain', (host) => {
  expect(isLoopback(host)).toBe(false)
})

test.for([
  [[], REMOTE],
  [['--target', 'configured'], REMOTE],
  [['replay', 'x'], REMOTE],
  [[], { ...REMOTE, CI: '1', CDC_ALLOW_REMOTE: '0' }],
  [[], { ...REMOTE, CDC_ALLOW_REMOTE: 'false' }],
] as const)('%j with %j: a host elsewhere is refused in CI', async ([args, env]) => {
  const line = ['`db.invalid`', 'CDC_ALLOW_REMOTE']
  expectOneLine(await runHere(args, env), 2, line)
})

test.for([
  { CLOUDBERRY_HOST: 'db.invalid' },
  { ...REMOTE, CI: 'false' },
  { ...REMOTE, CI: '0' },
  { ...REMOTE, CDC_ALLOW_REMOTE: '1' },
])('%j: it is connected to, outside of CI or when that is allowed', async (env) => {
  expectOneLine(await runHere([], env), 1, ['db.invalid:5432'])
})

test('in CI, a host of this machine needs no permission, nor does a run without a configured database', async () => {
  const { connection } = await useTables()
  const args = ['--total-batches', '1', '--batch-size', '5']
  expect(await runCli({ args, connection, env: { CI: 'true' } })).toMatchObject({ code: 0 })
  expect(await runHere([...args, '--target', 'none', '--events', '-'], REMOTE)).toMatchObject({ code: 0 })
})
