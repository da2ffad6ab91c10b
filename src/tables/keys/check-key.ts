import { isCalendarDate } from '../calendar-date.js'
import { expectedCell } from '../expected-cell.js'
import { expectKnown } from '../expect-known.js'
import type { KeyColumn } from './key-column.js'
import type { KeyedTable } from './table-key.js'

/** The compiler asks for all of them. */
const PROPERTIES = Object.keys({
  column: true,
  uuid: true,
  of: true,
  prefix: true,
  digits: true,
  from: true,
  values: true,
  restarts: true,
} satisfies Record<keyof KeyColumn, true>)

const TYPES = new Set<unknown>(['int2', 'int4', 'int8', 'uuid', 'text', 'date'])
const MOST_LISTED = 1_000
const MOST_VALUES = 1_000_000

type Expect = (holds: boolean, what: string, got: unknown, todo?: string) => void

/** Checks the key of a definition whose columns were checked. */
export function checkKey(table: KeyedTable, expect: Expect): void {
  const given: unknown = table.key
  const list: readonly unknown[] = Array.isArray(given) ? given : [given]
  expect(list.length > 0 && list.every((one) => nameOf(one) !== undefined), 'a key', given, WRITE)
  const parts = list.map((one) => (typeof one === 'string' ? { column: one } : (one as KeyColumn)))
  for (const [place, part] of parts.entries()) {
    expectKnown(part, PROPERTIES, `the key of table \`${table.name}\``)
    const earlier = parts.slice(0, place).map(({ column }) => column)
    expect(!earlier.includes(part.column), 'a key of distinct columns', part.column, 'Leave one of them out.')
    checkPart(part, table, expect)
  }
  const restarting = parts.find(({ restarts }) => restarts)
  const isTurning = parts.some(({ values }) => values !== undefined)
  expect(
    !restarting || isTurning,
    'columns with `values` in its key where `restarts` is set',
    restarting?.column,
    'Leave it out.',
  )
}

function checkPart(part: KeyColumn, { columns }: KeyedTable, expect: Expect): void {
  const { column: name, uuid, of, prefix, digits, from, values, restarts } = part
  const column = columns.find((one) => one.name === name)
  const known = columns.map((one) => `\`${one.name}\``).join(', ')
  expect(column !== undefined, 'the columns of its key', name, `Its \`columns\` are ${known || 'none'}.`)
  if (!column) return
  const { type } = column
  expect(TYPES.has(type), 'a key of type int2, int4, int8, uuid, text or date', `${name} ${type}`)
  expect(!column.recomputed, 'a key that no UPDATE changes', name, 'Leave `recomputed` out.')
  expect(uuid === undefined || uuid === 'v4' || uuid === 'v7', "`uuid` as 'v4' or 'v7'", uuid)
  expect(uuid === undefined || type === 'uuid' || type === 'text', '`uuid` of a uuid or text column', `${name} ${type}`)
  const isUuid = type === 'uuid' || uuid !== undefined
  expect(of === undefined || isWord(of), '`of` as the name of a table', of)
  const isDigits = type === 'text' && !isUuid && typeof values !== 'object'
  expect((prefix === undefined && digits === undefined) || isDigits, '`prefix` and `digits` of a text column', name)
  expect(prefix === undefined || (typeof prefix === 'string' && !prefix.includes('\0')), '`prefix` as a text', prefix)
  expect(digits === undefined || isWhole(digits, 15), '`digits` from 1 to 15', digits)
  expect(
    from === undefined || (type === 'date' && isCalendarDate(from)),
    '`from` of a date column, as YYYY-MM-DD',
    from,
  )
  expect(restarts === undefined || typeof restarts === 'boolean', '`restarts` as true or false', restarts)
  expect(!restarts || values === undefined, '`restarts` of the column that counts', name, 'It has no `values`.')
  if (typeof values !== 'object') {
    expect(
      values === undefined || isWhole(values, MOST_VALUES),
      `\`values\` from 1 to ${MOST_VALUES}, or a list`,
      values,
    )
    return
  }
  const isList = Array.isArray(values) && values.length > 0 && values.length <= MOST_LISTED
  expect(isList, `a list of 1 to ${MOST_LISTED} \`values\``, values)
  expect(new Set(values).size === values.length, '`values` that are distinct', values)
  for (const value of values) {
    const expected = expectedCell({ ...column, nullable: false }, value)
    expect(expected === undefined, `\`values\` of \`${name}\`, each ${expected}`, value)
  }
}

function nameOf(one: unknown): string | undefined {
  const name: unknown = typeof one === 'object' && one !== null ? (one as Partial<KeyColumn>).column : one
  return isWord(name) ? name : undefined
}

const isWord = (text: unknown): text is string => typeof text === 'string' && text.length > 0 && !text.includes('\0')

function isWhole(value: unknown, most: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= most
}

const WRITE = "Set `key` to the name of a column, or to a list: key: [{ column: 'tenant_id', values: 10 }, 'id']."
