import { access, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { useClient, useSchema } from '../support/server.js'
import { runCli, useFolder } from './support/cli-process.js'
import { expectOneLine, type Named } from './support/expect-one-line.js'
import { runHere } from './support/run-here.js'

async function useOrders(): ReturnType<typeof useSchema> {
  const connection = await useSchema()
  await (
    await useClient()
  ).query(`CREATE TABLE ${connection.schema}.orders (id int PRIMARY KEY, paid boolean NOT NULL, at tstzrange NOT NULL)`)
  return connection
}

test('prints a draft to standard output, and nothing else', async () => {
  const connection = await useOrders()
  const cwd = await useFolder()
  const { code, stdout, stderr } = await runCli({ args: ['inspect', `${connection.schema}.orders`], connection, cwd })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toMatch(/^\/\*\n \* Drafted by: cloudberry-cdc inspect \S+\.orders\n/)
  expect(stdout).toContain("import { defineTable, Random, type TableDefinition } from 'vitest-cloudberry-cdc/engine'")
  expect(stdout).toContain('export const orders: TableDefinition = defineTable({')
  await expect(access(join(cwd, 'mock-data.log'))).rejects.toThrow('ENOENT')
})

test('writes the draft to a new file, in the language of its name', async () => {
  const connection = await useOrders()
  const cwd = await useFolder()
  for (const [name, declaration] of [
    ['tables.ts', 'export const orders: TableDefinition = defineTable({'],
    ['tables.mjs', 'export const orders = defineTable({'],
  ] as const) {
    // The schema of the connection stands where a table has none.
    const result = await runCli({ args: ['inspect', 'orders', '--out', name], connection, cwd })
    expect(result).toMatchObject({ code: 0, stdout: '', stderr: `Wrote ${name}, with 1 TODO to look at\n` })
    expect(await readFile(join(cwd, name), 'utf8')).toContain(declaration)
  }
})

test('the name of a schema is all of its tables', async () => {
  const connection = await useOrders()
  const client = await useClient()
  await client.query(`CREATE TABLE ${connection.schema}.lines (id int PRIMARY KEY, n int NOT NULL)`)
  const { code, stdout } = await runCli({ args: ['inspect', connection.schema], connection })
  expect(code).toBe(0)
  expect(stdout).toContain(`Drafted by: cloudberry-cdc inspect ${connection.schema}\n`)
  expect(stdout).toContain('export const lines: TableDefinition = defineTable({')
  expect(stdout).toMatch(/TODO: `orders` is left out: `at`: rows cannot be made for tstzrange/)
})

test('--try streams on copies, and says of each table what came of it', async () => {
  const connection = await useOrders()
  const client = await useClient()
  await client.query(`CREATE TABLE ${connection.schema}.lines (id int PRIMARY KEY, n int NOT NULL)`)
  const cwd = await useFolder()
  const some = await runCli({ args: ['inspect', connection.schema, '--try', '--out', 'tables.ts'], connection, cwd })
  expect(some).toMatchObject({ code: 1, stdout: '' })
  expect(some.stderr.split('\n')).toEqual([
    'streams  lines',
    expect.stringMatching(/^fails {4}orders: `at`: /),
    expect.stringMatching(/^1 of 2 tables stream/),
    'Wrote tables.ts, with 1 TODO to look at',
    '',
  ])
  const all = await runCli({ args: ['inspect', `${connection.schema}.lines`, '--try'], connection })
  expect(all).toMatchObject({ code: 0, stderr: 'streams  lines\n1 of 1 tables stream as they are drafted\n' })
  const { rows } = await client.query(`SELECT FROM ${connection.schema}.lines`)
  expect(rows).toEqual([])
})

test('a file that is there stays as it is', async () => {
  const connection = await useOrders()
  const cwd = await useFolder()
  await writeFile(join(cwd, 'tables.ts'), 'mine')
  const result = await runCli({ args: ['inspect', 'orders', '--out', 'tables.ts'], connection, cwd })
  expectOneLine(result, 2, ['--out', '`tables.ts`'])
  expect(await readFile(join(cwd, 'tables.ts'), 'utf8')).toBe('mine')
})

test('a table that is not there is one line', async () => {
  const connection = await useOrders()
  const result = await runCli({ args: ['inspect', `${connection.schema}.order`], connection })
  expectOneLine(result, 1, ['order', 'orders'])
})

test.for<[string[], Record<string, string>, Named]>([
  [['inspect'], {}, /missing required argument 'schema-or-table'/],
  [['inspect', 'a'], {}, ['`inspect`', 'CLOUDBERRY_HOST']],
  [['inspect', 'a', '--target', 'container'], {}, ['`inspect`']],
  [['inspect', 'a.b.c'], { CLOUDBERRY_HOST: '127.0.0.1' }, ['SCHEMA.TABLE', '`a.b.c`']],
  [['inspect', 'a.t', 'b.t'], { CLOUDBERRY_HOST: '127.0.0.1' }, ['a, b']],
  [['inspect', 'a'], { CLOUDBERRY_HOST: 'db.example.org', CI: '1' }, ['`db.example.org`', 'CDC_ALLOW_REMOTE']],
])('%j with %j is refused in one line', async ([args, env, line]) => {
  const result = await runHere(args, env)
  expectOneLine(result, 2, line)
  expect(result.stdout).toBe('')
})
