import { readFile } from 'node:fs/promises'
import * as mysql from 'mysql2/promise'
import { afterEach, expect, inject, test } from 'vitest'
import { OptionsError } from '../../src/errors.js'
import { matchCommit } from '../../src/match/rows/match-commit.js'
import type { Driver, Places } from './driver.js'
import { givenKinds } from './given-kinds.js'
import { ofOthers } from './of-others.js'
import { ofPostgres } from './of-postgres.js'
import { driverPage } from './page.js'
import { COMMIT, table } from './table.js'

/** West and east of UTC, half an hour beside it, and where summer time skips midnight. */
const ZONES = ['UTC', 'America/New_York', 'Asia/Shanghai', 'Australia/Adelaide', 'America/Santiago']
const WEST = 'America/New_York'
const drivers: readonly Driver[] = [...ofPostgres, ...ofOthers]
const places: Places = { postgres: inject('postgres'), mariadb: inject('mariadb') }
const withMariadb = test.skipIf(places.mariadb === undefined)

const own = process.env['TZ']
afterEach(() => {
  if (own === undefined) delete process.env['TZ']
  else process.env['TZ'] = own
})

/** Node takes it at once, in a process of its own. */
function setZone(zone: string): void {
  process.env['TZ'] = zone
  expect(Intl.DateTimeFormat().resolvedOptions().timeZone).toBe(zone)
}

for (const driver of drivers) {
  const { named = (column: string): string => column } = driver
  const label = `${driver.package ?? 'no package'}, ${driver.name}`
  const testIt = driver.needs === 'mariadb' ? withMariadb : test
  testIt.each(ZONES)(`${label}, in %s`, async (zone) => {
    setZone(zone)
    const rows = listOf(await driver.read(places))
    expect(matchCommit(rows, table.named(named))).toEqual({ first: COMMIT, last: COMMIT })
    if (zone === WEST) expect(givenKinds(rows, named)).toEqual(driver.gives)
  })
}

withMariadb('the pair that mysql2 gives is refused', async () => {
  const connection = await mysql.createConnection({ socketPath: places.mariadb!, user: 'root', database: 'test' })
  try {
    for (const rowsAsArray of [false, true]) {
      for (const limit of [1_000, 2, 0]) {
        const pair = await connection.query({ sql: `SELECT * FROM readings LIMIT ${limit}`, rowsAsArray })
        expect(() => matchCommit(pair, table)).toThrow(OptionsError)
        expect(() => matchCommit(pair, table)).toThrow('first element')
      }
    }
  } finally {
    await connection.end()
  }
})

test('the page shows these drivers', async () => {
  const file = new URL('../../docs/drivers.md', import.meta.url)
  const page = await driverPage(await readFile(file, 'utf8'), drivers)
  await expect(page).toMatchFileSnapshot(file.pathname)
})

/** The rows of a result of any driver, read no more than once. */
function listOf(given: unknown): Iterable<object> {
  const hasRows = typeof given === 'object' && given !== null && !(Symbol.iterator in given) && 'rows' in given
  return (hasRows ? given.rows : given) as Iterable<object>
}
