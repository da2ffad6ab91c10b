import type { Cell } from '../../tables/column.js'
import type { KeyShape } from '../../tables/keys/key-form.js'
import type { TableKey } from '../../tables/keys/table-key.js'
import { composeOrdinal } from '../ordinal-sql.js'
import { storedType } from './column-types.js'
import { quoteName, quoteText } from './quote.js'

/**
 * The ordinal of a row's key as SQL.
 *
 * @param alias of the table, with its dot
 */
export function ordinalSql(key: TableKey, alias = ''): string {
  return composeOrdinal(key, {
    countOf: ({ form, name }) => countSql(form.shape, alias + quoteName(name)),
    between: (count, most) => `(CASE WHEN ${count} BETWEEN 1 AND ${most} THEN ${count} END)`,
  })
}

const UUID = '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$'

function countSql(shape: KeyShape, column: string): string {
  switch (shape.kind) {
    case 'count':
      return column
    case 'days':
      return `(datediff(${column}, ${quoteText(shape.from)}) + 1)`
    case 'list':
      return `nullif(field(CAST(${column} AS char), ${shape.values.map((value) => quoteText(String(value))).join(', ')}), 0)`
    case 'text': {
      const { prefix, digits } = shape
      const { length } = Array.from(prefix)
      const rest = `substr(${column}, ${length + 1})`
      const isOurs = `left(${column}, ${length}) = ${quoteText(prefix)} AND ${rest} REGEXP '^[0-9]{${digits}}$'`
      return `(CASE WHEN ${isOurs} THEN CAST(${rest} AS signed) END)`
    }
    case 'uuid-v4': {
      const digits = digitsOf(column, shape.isText)
      const part = (from: number, length: number): string => `substr(${digits}, ${from}, ${length})`
      const middle = number(`concat(${part(9, 4)}, ${part(14, 3)}, ${part(18, 3)})`)
      const spread = number(`concat(${part(1, 7)}, ${part(6, 3)})`)
      const isOurs = `${part(13, 1)} = '4' AND ${middle} ^ ${spread} = ${number(quoteText(shape.tag))}`
      const first = number(part(1, 8))
      const value = `${number(part(21, 12))} ^ ${first} ^ (${first} << 16)`
      return guarded(column, shape.isText, isOurs, `CAST(${value} AS signed)`)
    }
    case 'uuid-v7': {
      const digits = digitsOf(column, shape.isText)
      const value = `CAST(${number(`left(${digits}, 12)`)} AS signed) - ${shape.epoch}`
      return guarded(column, shape.isText, `substr(${digits}, 13, 1) = '7'`, value)
    }
  }
}

/** A `uuid` may be binary, or a text of 36 characters where a table has it so. */
function digitsOf(column: string, isText: boolean): string {
  return isText ? `replace(${column}, '-', '')` : `lower(hex(${column}))`
}

function number(hexadecimal: string): string {
  return `CAST(conv(${hexadecimal}, 16, 10) AS unsigned)`
}

/** A text may be anything: what is no uuid is not looked at. */
function guarded(column: string, isText: boolean, isOurs: string, value: string): string {
  const plain = `CASE WHEN ${isOurs} THEN ${value} END`
  return isText ? `(CASE WHEN ${column} REGEXP '${UUID}' THEN ${plain} END)` : `(${plain})`
}

/** Keys, and what else is given with each of them, as a parameter. */
export function keyParameter(keys: readonly (readonly (Cell | string)[])[]): string {
  return JSON.stringify(keys)
}

/**
 * The rows of such a parameter as `k0`, `k1` … of a FROM, and what is given with them as `c0` …, with what finds the rows of
 * the table `old` by them. They are read first and looked up one by one: STRAIGHT_JOIN belongs between the two.
 *
 * @param more the types of what is given with each key
 */
export function keyRows(
  key: TableKey,
  more: readonly string[] = [],
): { readonly from: string; readonly found: string } {
  const stored = key.parts.map(({ column }) => storedType(column, true, key.table))
  const types = [...stored.map(({ ddl, passed, ofText }) => passed ?? (ofText ? 'varchar(64)' : ddl)), ...more]
  const names = [...stored.map((_, place) => `k${place}`), ...more.map((_, place) => `c${place}`)]
  const columns = names.map((name, place) => `${name} ${types[place]} PATH '$[${place}]'`)
  const found = key.parts.map(({ name }, place) => {
    const { ofText = (text: string) => text } = stored[place]!
    return `old.${quoteName(name)} = ${ofText(`given.k${place}`)}`
  })
  return { from: `JSON_TABLE(?, '$[*]' COLUMNS (${columns.join(', ')})) AS given`, found: found.join(' AND ') }
}
