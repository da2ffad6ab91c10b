import { runInNewContext } from 'node:vm'
import { beforeEach, describe, expect, test } from 'vitest'
import { cellReader } from '../../../src/match/given/read-cell.js'
import { toPgValue } from '../../../src/tables/pg-values.js'
import { restoreZone, useZone, zones } from '../../support/zones.js'

const column = { name: 'day', type: 'date' } as const
const read = cellReader(column)

/** A leap day, a change of year, far days, and the first of Santiago's summer time, which begins at one o'clock. */
const days = ['2024-02-29', '2023-12-31', '2024-01-01', '2024-09-08', '1883-11-18', '1000-01-01', '9999-12-31']

const utc = (day: string): Date => new Date(`${day}T00:00:00Z`)
const local = (day: string): Date => toPgValue(column, day) as Date

/** A class around a value, as libraries for dates have it. */
class Around {
  readonly #text: string
  readonly #value: number | undefined

  constructor(text: string, value?: number) {
    this.#text = text
    this.#value = value
  }

  toString(): string {
    return this.#text
  }

  valueOf(): number {
    if (this.#value === undefined) throw new TypeError('no value')
    return this.#value
  }
}

/** BigQuery's date. */
class Wrapped {
  readonly value: string

  constructor(value: string) {
    this.value = value
  }
}

const forms: readonly (readonly [string, (day: string) => unknown])[] = [
  ['a text', (day) => day],
  ['local midnight, as pg', local],
  ['midnight UTC, as porsager’s postgres, PGlite and mysql2 with timezone Z', utc],
  ['JSON of local midnight', (day) => JSON.parse(JSON.stringify(local(day)))],
  ['JSON of midnight UTC', (day) => JSON.parse(JSON.stringify(utc(day)))],
  ['a timestamp without a zone', (day) => `${day} 00:00:00`],
  ['Python’s isoformat', (day) => `${day}T00:00:00`],
  ['Python’s isoformat with an offset', (day) => `${day}T00:00:00+05:30`],
  ['a timestamp with a zone, as psql writes it', (day) => `${day} 00:00:00+00`],
  ['a timestamp with microseconds', (day) => `${day} 00:00:00.000000-03`],
  ['milliseconds, as Arrow gives them', (day) => utc(day).getTime()],
  ['milliseconds as a bigint', (day) => BigInt(utc(day).getTime())],
  ['a Date of another realm', (day) => runInNewContext('new Date(at)', { at: utc(day).getTime() })],
  ['Temporal.PlainDate, js-joda and DuckDB: an object with its text', (day) => new Around(day)],
  ['Temporal.ZonedDateTime', (day) => new Around(`${day}T00:00:00-05:00[America/New_York]`)],
  ['Luxon: an object with its text and offset', (day) => new Around(`${day}T00:00:00.000+09:00`, 0)],
  ['Moment: an object that is milliseconds by value', (day) => new Around('some day', local(day).getTime())],
  ['a Date as its text', (day) => String(local(day))],
  ['a Date as its text in UTC', (day) => utc(day).toUTCString()],
  ['a class around a text, as BigQuery', (day) => new Wrapped(day)],
]

restoreZone()

describe.each(zones)('in %s', (zone) => {
  beforeEach(() => useZone(zone))

  test('the zone is that of this process', () => {
    expect(new Intl.DateTimeFormat().resolvedOptions().timeZone.replace('Calcutta', 'Kolkata')).toBe(zone)
    const hours: Record<string, string> = {
      UTC: '00:00',
      'America/New_York': '05:00',
      'Asia/Shanghai': '16:00',
      'Asia/Kolkata': '18:30',
      'America/Santiago': '03:00',
    }
    expect(new Date(2024, 0, 1).toISOString()).toContain(`T${hours[zone]}:00`)
    if (zone === 'America/Santiago') expect(new Date(2024, 8, 8).getHours()).toBe(1)
  })

  test.each(forms)('reads a day from %s', (_, form) => {
    expect(days.map((day) => read(form(day)))).toEqual(days)
  })

  test.each<readonly [string, unknown]>([
    ['a Date', new Date('2024-02-29T09:17:00Z')],
    ['a text with a zone', '2024-02-29T09:17:00Z'],
    ['a text without one', '2024-02-29 05:00:00'],
    ['milliseconds', 1_709_198_220_000],
    ['a millisecond after midnight', new Date('2024-02-29T00:00:00.001Z')],
    ['no day at all', new Date(Number.NaN)],
    ['another text', 'yesterday'],
    ['another object', { day: 3n }],
  ])('takes no other time of the day: %s', (_, value) => {
    const cell = read(value)
    expect(typeof cell).toBe('string')
    expect(cell).not.toMatch(/^\d{4}-\d\d-\d\d$/)
  })

  test('tells neighbouring days apart', () => {
    for (const form of [local, utc]) expect(read(form('2024-03-01'))).not.toBe(read(form('2024-02-29')))
  })
})
