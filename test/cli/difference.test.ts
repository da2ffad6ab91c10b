import { expect, test } from 'vitest'
import { runCli, startCli } from './support/cli-process.js'
import { useTables } from './support/database.js'

test('a trigger that changes rows is found out: exit code 3', async () => {
  const { client, connection, schema } = await useTables()
  await client.query(`
    CREATE FUNCTION ${schema}.meddle() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.ss_quantity := -1; RETURN NEW; END';
    CREATE TRIGGER meddle BEFORE INSERT ON ${schema}.store_sales_heap FOR EACH ROW WHEN (NEW.ss_id = 17)
      EXECUTE FUNCTION ${schema}.meddle()`)
  const args = ['--total-batches', '2', '--batch-interval', '0', '--seed', '1', '--nulls', 'none']
  const { code, stderr, log } = await runCli({ args, connection })
  expect(code).toBe(3)
  const errors = log.filter((line) => line.includes(' - ERROR - '))
  expect(errors).toHaveLength(2)
  expect(errors[0]).toMatch(
    /The database differs from the ledger after batch 2: 1 row of store_sales_heap \(\d+ rows\) and/,
  )
  expect(errors[1]).toMatch(/store_sales_heap 17: ss_quantity expected \d+, got -1$/)
  expect(stderr).toContain(errors[0])
})

test('rows that another session changes are found out, and named', async () => {
  const { client, connection, schema } = await useTables()
  const args = ['--json', '--total-batches', '30', '--batch-interval', '0.1', '--seed', '2']
  const running = await startCli({ args, connection })
  await new Promise<void>((resolve) =>
    running.child.stderr?.on('data', (text: string) => text.includes('Batch 2 committed') && resolve()),
  )
  const { rows } = await client.query<{ ss_id: string }>(
    `SELECT ss_id FROM ${schema}.store_sales_heap ORDER BY 1 LIMIT 6`,
  )
  const keys = rows.map((row) => row.ss_id)
  await client.query(`DELETE FROM ${schema}.store_sales_heap WHERE ss_id = ${keys[0]}`)
  await client.query(
    `UPDATE ${schema}.store_sales_heap SET ss_net_profit = 0.01 WHERE ss_id IN (${keys.slice(1).join()})`,
  )
  const { code, stdout, stderr } = await running.result
  expect(code).toBe(3)
  expect(JSON.parse(stdout)).toMatchObject({ commits: 30, verified: false })
  expect(stderr).toContain(`store_sales_heap ${keys[0]}: the ledger has this row, the table does not`)
  expect(stderr).toMatch(new RegExp(`store_sales_heap ${keys[1]}: ss_net_profit expected \\S+, got 0\\.01`))
  expect(stderr).toContain('6 rows of store_sales_heap')
})

test('--no-verify does not look', async () => {
  const { client, connection, schema } = await useTables()
  await client.query(`CREATE RULE drop_all AS ON UPDATE TO ${schema}.store_sales_heap DO ALSO NOTHING`)
  const args = ['--total-batches', '1', '--batch-interval', '0', '--no-verify', '--json']
  const { code, stdout } = await runCli({ args, connection })
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).not.toHaveProperty('verified')
})
