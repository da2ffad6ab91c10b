import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'vitest'
import { test } from 'vitest-cloudberry-cdc'

const script = join(import.meta.dirname, '..', 'run-four.sh')

test('four processes write one stream', async ({ cloudberry }) => {
  const { host, port, database, user, password, schema } = cloudberry
  const login = { HOST: host, PORT: port, DATABASE: database, USER: user, PASSWORD: password, SCHEMA: schema }
  const variables = Object.entries(login).map(([name, value]) => [`CLOUDBERRY_${name}`, String(value)])
  const { stdout } = await promisify(execFile)('bash', [script], {
    env: { ...process.env, ...Object.fromEntries(variables) },
  })
  for (const shard of [1, 2, 3, 4]) expect(stdout).toContain(`Shard ${shard}/4: commit 25, 10000 changes, `)
  expect(stdout).toMatch(/^Total: 100 commits, 40000 changes, .*: as the ledgers have it$/m)
  const { rows } = await cloudberry.pool.query(`SELECT count(*)::int AS rows FROM ${schema}.store_sales_heap`)
  expect(stdout).toContain(`Total: 100 commits, 40000 changes, store_sales_heap ${rows[0].rows} rows`)
})
