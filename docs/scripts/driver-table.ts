import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { root } from './root.js'
import { markdownTable } from './table.js'

/** What the tests of the drivers found: `npm run test:drivers` checks it, and writes it with CDC_TEST_OBSERVE=1. */
const FOUND = 'test/drivers/observed.json'

/** Which drivers are read, and what they give for each type. */
export async function driverTable(): Promise<string> {
  const found = JSON.parse(await readFile(resolve(root, FOUND), 'utf8')) as Readonly<Record<string, string>>[]
  const rows = found.map((row) => [
    `${row['package']} ${row['version']}`,
    `${row['how']}`,
    ...['bigint', 'numeric', 'date', 'boolean'].map((type) => `${row[type]}`),
    `${row['verdict']}`,
  ])
  return markdownTable(['driver', 'read', 'bigint', 'numeric', 'date', 'boolean', 'verdict'], rows)
}
