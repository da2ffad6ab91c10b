import { describe, expect, test } from 'vitest'
import { createCdcStream, type CdcOptions } from '../../src/index.js'
import { createTable } from '../../src/database/mysql/create-table.js'
import { keyedTables } from '../support/keyed-tables.js'
import { cdcError } from '../support/cdc-error.js'
import { expectOneLine } from '../cli/support/expect-one-line.js'
import { runCli } from '../cli/support/cli-process.js'
import { sourceConnection, hasSource, useClient, useDatabase } from './source.js'

const onSource = test.runIf(hasSource)

const options = { batches: 3, batchSize: 10, interval: 0, createTables: true, seed: 2 } as const

describe('what is in the way is told before anything is written', () => {
  const refusal = async (prepare: (database: string) => readonly string[], more: CdcOptions = {}): Promise<unknown> => {
    const target = useDatabase()
    const client = await useClient()
    await using first = createCdcStream({ ...options, target })
    await first.step(1)
    await first[Symbol.asyncDispose]()
    for (const sql of prepare(target.schema)) await client.query(sql)
    await using stream = createCdcStream({ ...options, target, ...more })
    return stream.start().then(
      () => undefined,
      (error: unknown) => error,
    )
  }

  onSource.for<readonly [string, (database: string) => readonly string[], ...string[]]>([
    ['an engine without transactions', (d) => [`ALTER TABLE ${d}.store_sales_heap ENGINE = MyISAM`], 'MyISAM'],
    ['a column that is missing', (d) => [`ALTER TABLE ${d}.store_sales_heap DROP COLUMN ss_quantity`], 'ss_quantity'],
    ['a column that is too narrow', (d) => [`ALTER TABLE ${d}.store_returns_heap MODIFY sr_id int`], 'sr_id'],
    [
      'a column that takes no NULL',
      (d) => [`ALTER TABLE ${d}.store_sales_heap MODIFY ss_store_sk int NOT NULL DEFAULT 1`],
      'ss_store_sk',
      'NOT NULL',
    ],
    ['a column of somebody else', (d) => [`ALTER TABLE ${d}.store_sales_heap ADD extra int NOT NULL`], 'extra'],
    [
      'a view',
      (d) => [`DROP TABLE ${d}.store_returns_heap`, `CREATE VIEW ${d}.store_returns_heap AS SELECT 1 AS sr_id`],
      'a view',
    ],
  ])('%s', async ([, prepare, ...words]) => {
    expect(await refusal(prepare)).toMatchObject({ code: 'ERR_CDC_TARGET', message: cdcErrorWords(words) })
  })

  onSource('a missing privilege, with what grants it', async () => {
    const target = useDatabase()
    const client = await useClient()
    await using first = createCdcStream({ ...options, target })
    await first.step(1)
    await first[Symbol.asyncDispose]()
    const user = `u_${target.schema}`
    await client.query(`CREATE USER ${user}@'127.0.0.1' IDENTIFIED BY 'secret99'`)
    await client.query(`GRANT SELECT, INSERT ON ${target.schema}.* TO ${user}@'127.0.0.1'`)
    await using stream = createCdcStream({ ...options, target: { ...target, user } })
    const error = (await stream.start().catch((thrown: unknown) => thrown)) as Error
    await client.query(`DROP USER ${user}@'127.0.0.1'`)
    expect(error).toMatchObject({ code: 'ERR_CDC_TARGET' })
    expect(error.message).toContain(`GRANT UPDATE, DELETE ON \`${target.schema}\`.\`store_sales_heap\``)
  })
})

onSource('a text column that cannot hold every character is told', async () => {
  const target = useDatabase()
  const client = await useClient()
  const definition = keyedTables['text in digits']!
  await client.createSchema(target.schema)
  await client.query(createTable(definition, target.schema))
  await client.query(`ALTER TABLE ${target.schema}.${definition.name} MODIFY note text CHARACTER SET latin1`)
  const warnings: string[] = []
  await using stream = createCdcStream({
    ...options,
    target,
    tables: [definition],
    observe: (event) => event.type === 'warning' && void warnings.push(event.message),
  })
  await stream.step(1)
  expect(warnings).toEqual([expect.stringMatching(/note.*latin1/)])
})

onSource('without a privilege to see who waits for whom, transactions overlap all the same', async () => {
  const target = useDatabase()
  const client = await useClient()
  const user = `u_${target.schema}`
  await client.query(
    `CREATE USER ${user}@'127.0.0.1' IDENTIFIED BY 'secret99'; GRANT ALL ON ${target.schema}.* TO ${user}@'127.0.0.1'`,
  )
  await using stream = createCdcStream({
    ...options,
    batches: 30,
    target: { ...target, user },
    writers: 2,
    lateCommit: 0.3,
    ratio: 0.5,
  })
  await stream.start()
  const { overlap } = await stream.finished
  expect(await stream.verify()).toMatchObject({ equal: true })
  expect(overlap).toBeGreaterThan(1)
  await client.query(`DROP USER ${user}@'127.0.0.1'`)
})

onSource('a value that does not fit ends the stream with one error, and nothing of its batch is there', async () => {
  const target = useDatabase()
  const client = await useClient()
  await using stream = createCdcStream({ ...options, target, batches: 30 })
  await stream.step(3)
  await client.query(`ALTER TABLE ${target.schema}.store_sales_heap ADD CONSTRAINT few CHECK (ss_id < 60)`)
  await expect(stream.step(10)).rejects.toThrow(cdcError('ERR_CDC_WRITE', 'few'))
  expect(await stream.verify()).toMatchObject({ equal: true })
})

describe('the command line', () => {
  const url = ({ user, password, host, port }: ReturnType<typeof sourceConnection>, database: string): string =>
    `mysql://${user}:${password}@${host}:${port}/${database}`

  onSource('writes to CDC_URL, and verifies', async () => {
    const target = useDatabase()
    const env = { CDC_URL: url(sourceConnection(), target.schema) }
    const args = ['--create-tables', '--total-batches', '5', '--batch-interval', '0', '--seed', '3']
    const { code, stderr, log } = await runCli({ args, env })
    expect([code, stderr.includes('ERROR')]).toEqual([0, false])
    const text = log.join('\n')
    expect(text).toMatch(/Connected to (MariaDB|MySQL) [\d.]+ at 127.0.0.1/)
    expect(text).toContain('Verified')
    expect(text + stderr).not.toContain(sourceConnection().password)
  })

  onSource.for<readonly [string, number]>([
    ['mysql://127.0.0.1:1/x', 1],
    ['ftp://u:secret99@h/x', 2],
    ['mysql://u:%zz@h/x', 2],
    ['not an address', 2],
  ])('%s: one line', async ([address, code]) => {
    const result = await runCli({ env: { CDC_URL: address }, args: ['--total-batches', '1'] })
    expectOneLine(result, code, ['CDC_URL'], 'secret99')
  })

  onSource('a wrong password is not shown', async () => {
    const address = url({ ...sourceConnection(), password: 'wrong-secret' }, 'x')
    const result = await runCli({ env: { CDC_URL: address }, args: ['--total-batches', '1'] })
    expect(result.code).toBe(1)
    expect(result.stderr + result.log.join('\n')).not.toContain('wrong-secret')
    expect(result.stderr).toContain('CDC_URL')
  })
})

function cdcErrorWords(words: readonly string[]): unknown {
  return expect.stringMatching(new RegExp(words.map((word) => `(?=.*${word})`).join('')))
}
