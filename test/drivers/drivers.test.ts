import { readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { afterAll, describe, expect, inject, test } from 'vitest'
import { matchCommit } from '../../src/match/match-commit.js'
import { resolveState } from '../../src/match/narrowed-table.js'
import { restoreZone, useZone, zones } from '../support/zones.js'
import { builderReadings } from './readings/builders.js'
import { fileReadings } from './readings/files.js'
import { inProcessReadings } from './readings/in-process.js'
import { mysqlReadings } from './readings/mysql.js'
import { pgReadings, valueReadings } from './readings/postgres.js'
import { COMMIT, table, wrongTables } from './support/measured-rows.js'
import { kindsOf, type Observed, OBSERVED_IN } from './support/observe.js'
import type { Reading } from './support/reading.js'

const readings: readonly Reading[] = [
  ...pgReadings,
  ...builderReadings,
  ...valueReadings,
  ...mysqlReadings,
  ...inProcessReadings,
  ...fileReadings,
]

const databases = inject('databases')
const observed: Observed[] = []
const file = new URL('observed.json', import.meta.url)
const { resolve } = createRequire(import.meta.url)

/** The MariaDB server and the packages with compiled code may not be there. */
function isThere(reading: Reading): boolean {
  if (reading.database === 'mariadb') return databases.mariadb !== undefined
  try {
    resolve(reading.package)
    return true
  } catch {
    console.log(`${reading.package} is not installed, so it is left out.`)
    return false
  }
}

/** Writes what is found, instead of comparing it. */
const isObserving = process.env['CDC_TEST_OBSERVE'] === '1'

const known = JSON.parse(await readFile(file, 'utf8').catch(() => '[]')) as readonly Observed[]

restoreZone()

for (const reading of readings.filter(isThere)) {
  const target = reading.target?.(table) ?? table
  describe(`${reading.package}, ${reading.how}`, () => {
    test.each(zones)('fits in %s, and is read column by column', async (zone) => {
      useZone(zone)
      const rows = await reading.read(databases)
      expect(matchCommit(rows, target)).toEqual({ first: COMMIT, last: COMMIT })
      for (const wrong of wrongTables) expect(matchCommit(rows, reading.target?.(wrong) ?? wrong)).toBeUndefined()
    })

    test('gives what the page says', async () => {
      useZone(OBSERVED_IN)
      const given = await reading.read(databases)
      const rows = Symbol.iterator in (given as object) ? given : (given as { rows: unknown }).rows
      const { version } = JSON.parse(await readFile(packageFile(reading.package), 'utf8')) as { version: string }
      const found: Observed = {
        package: reading.package,
        version,
        how: reading.how,
        ...kindsOf(rows as Iterable<object>, resolveState(target).names),
        verdict: reading.needs === undefined ? 'fits' : `fits with ${reading.needs}`,
      }
      observed.push(found)
      if (!isObserving) {
        expect(known.find(({ package: name, how }) => name === reading.package && how === reading.how)).toEqual(found)
      }
    })
  })
}

test.skipIf(isObserving)('the page has a row for each reading, and no other', () => {
  const told = (list: readonly Pick<Observed, 'package' | 'how'>[]): string[] =>
    list.map((entry) => `${entry.package}: ${entry.how}`).toSorted()
  expect(told(known)).toEqual(told(readings))
})

afterAll(async () => {
  if (isObserving) await writeFile(file, `${JSON.stringify(observed, undefined, 2)}\n`)
})

/** Not every package lets its package.json be imported. */
function packageFile(name: string): URL {
  const entry = resolve(name)
  const folder = entry.slice(0, entry.lastIndexOf(`node_modules/${name}/`) + `node_modules/${name}/`.length)
  return new URL(`file://${folder}package.json`)
}
