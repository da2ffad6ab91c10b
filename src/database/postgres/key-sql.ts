import type { Cell } from '../../tables/column.js'
import type { KeyShape } from '../../tables/keys/key-form.js'
import type { TableKey } from '../../tables/keys/table-key.js'
import { composeOrdinal } from '../ordinal-sql.js'
import { arrayText } from '../../tables/types/array.js'
import { escapeIdentifier, escapeLiteral } from './quote.js'
import { storedType } from './stored-type.js'

/**
 * The ordinal of a row's key as SQL.
 *
 * @param alias of the table, with its dot
 */
export function ordinalSql(key: TableKey, alias = ''): string {
  return composeOrdinal(key, {
    countOf: ({ form, name }) => countSql(form.shape, alias + escapeIdentifier(name)),
    between: (count, most) => `(CASE WHEN ${count} BETWEEN 1 AND ${most} THEN (${count})::int8 END)`,
  })
}

const UUID = '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$'

function countSql(shape: KeyShape, column: string): string {
  switch (shape.kind) {
    case 'count':
      return column
    case 'days':
      return `(${column} - date ${escapeLiteral(shape.from)} + 1)`
    case 'list':
      return `array_position(${escapeLiteral(arrayText(shape.values.map(String)))}::text[], ${column}::text)`
    case 'text': {
      const { prefix, digits } = shape
      const { length } = Array.from(prefix)
      const isOurs = `left(${column}::text, ${length}) = ${escapeLiteral(prefix)} AND substr(${column}::text, ${length + 1}) ~ '^[0-9]{${digits}}$'`
      return `(CASE WHEN ${isOurs} THEN substr(${column}::text, ${length + 1})::int8 END)`
    }
    case 'uuid-v4': {
      const digits = `replace(${column}::text, '-', '')`
      const part = (from: number, length: number): string => `substr(${digits}, ${from}, ${length})`
      const number = (text: string, bits: number): string => `('x' || ${text})::bit(${bits})`
      const middle = number(`${part(9, 4)} || ${part(14, 3)} || ${part(18, 3)}`, 40)
      const spread = number(`${part(1, 7)} || ${part(6, 3)}`, 40)
      const isOurs = `${part(13, 1)} = '4' AND ${middle} # ${spread} = X'${shape.tag}'`
      const first = `${number(part(1, 8), 32)}::int8`
      const value = `${number(part(21, 12), 48)}::int8 # ${first} # (${first} << 16)`
      return guarded(column, shape.isText, isOurs, value)
    }
    case 'uuid-v7': {
      const digits = `replace(${column}::text, '-', '')`
      return guarded(
        column,
        shape.isText,
        `substr(${digits}, 13, 1) = '7'`,
        `('x' || left(${digits}, 12))::bit(48)::int8 - ${shape.epoch}`,
      )
    }
  }
}

/** A text may be anything: what is no uuid is not looked at. */
function guarded(column: string, isText: boolean, isOurs: string, value: string): string {
  const plain = `CASE WHEN ${isOurs} THEN ${value} END`
  return isText ? `(CASE WHEN ${column} ~ '${UUID}' THEN ${plain} END)` : `(${plain})`
}

/** The types of the arrays of a key's columns as SQL. Of one integer `int8`: the index of a narrower column serves it, too. */
export function keyArrayTypes(key: TableKey, schema: string): string[] {
  return key.parts.map(({ column }) => `${key.isInteger ? 'int8' : storedType(column, schema)}[]`)
}

/** Arrays of the columns of some keys, as SQL. */
function keyLiterals(key: TableKey, keys: readonly (readonly Cell[])[], schema: string): string[] {
  return keyArrayTypes(key, schema).map((type, place) => {
    return `${escapeLiteral(arrayText(keys.map((one) => one[place] ?? null)))}::${type}`
  })
}

/** Whether a row has one of some keys, as SQL. */
export function isAmong(key: TableKey, keys: readonly (readonly Cell[])[], schema: string): string {
  const columns = key.parts.map(({ name }) => escapeIdentifier(name))
  const arrays = keyLiterals(key, keys, schema)
  if (arrays.length === 1) return `${columns[0]} = ANY (${arrays[0]})`
  return `(${columns.join(', ')}) IN (SELECT * FROM ${keyRows(key, arrays, 'given')})`
}

/**
 * Keys, and what else comes in arrays, as rows `k0`, `k1` … of a FROM.
 *
 * Of a key of several columns the server is led to take them for few, so that it looks each of them up in the index: by a hash join
 * it would read a table of some 10,000 rows from end to end, and with a condition on each column by itself look up all
 * combinations. What it cannot see through is taken to be true of one row in 200.
 */
export function keyRows(key: TableKey, arrays: readonly string[], alias: string, more: readonly string[] = []): string {
  const names = key.parts.map((_, place) => `k${place}`)
  const rows = `unnest(${arrays.join(', ')}) AS ${alias} (${[...names, ...more].join(', ')})`
  if (names.length === 1) return rows
  const number = key.parts.findIndex(({ column }) => /^(?:int\d|date)$/.test(column.type))
  const opaque = number < 0 ? `k0::text || '' = k0::text` : `k${number} + 0 = k${number}`
  return `(SELECT * FROM ${rows} WHERE ${opaque}) AS ${alias}`
}
