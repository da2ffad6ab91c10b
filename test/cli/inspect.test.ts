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
  [['inspect'], {}, /missing required argument 'schema.table'/],
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
