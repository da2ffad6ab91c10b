import type { CatalogColumn, CatalogTable } from './catalog-table.js'
import { type CheckForm, narrow, type Range, readCheck } from './check-forms.js'
import { grouped, quote } from './code.js'

/** What the CHECKs of a table, and of the domains of its columns, ask of its rows. */
export interface TableChecks {
  readonly ranges: ReadonlyMap<string, Range>
  /** Columns that are to be as small as another one, or as large, in every row. */
  readonly orders: CheckForm['orders']
  /** CHECKs that the drafted rows keep. */
  readonly kept: ReadonlySet<string>
  /** Columns of other CHECKs, which hold for a NULL and most likely for a default: the code of that value. */
  readonly fixed: ReadonlyMap<string, string>
}

export function tableChecks(table: CatalogTable): TableChecks {
  const ranges = new Map<string, Range>()
  const orders: CheckForm['orders'][number][] = []
  const kept = new Set<string>()
  const fixed = new Map<string, string>()
  const isLinked = (name: string): boolean =>
    table.constraints.some(({ kind, columns }) => kind !== 'check' && columns.includes(name))
  const isKeyed = (name: string): boolean =>
    table.constraints.some(({ kind, columns }) => kind === 'primary' && columns.includes(name))
  const take = (definition: string, columns: readonly string[], ways: readonly CheckForm[]): void => {
    const form = ways.find(
      (way) =>
        [...way.ranges].every(([name, range]) => canKeep(columnNamed(table, name), narrow(ranges.get(name), range))) &&
        way.orders.every((order) => isOrderable(table, order) && !isLinked(order.upper)),
    )
    if (form) {
      kept.add(definition)
      for (const [name, range] of form.ranges) ranges.set(name, narrow(ranges.get(name), range))
      orders.push(...form.orders)
      return
    }
    for (const name of columns) {
      const code = safeValue(columnNamed(table, name))
      if (code === 'null' ? !isKeyed(name) : code !== undefined && !isLinked(name)) fixed.set(name, code!)
    }
  }
  for (const { kind, definition, words = definition, columns } of table.constraints) {
    if (kind === 'check') take(definition, columns, readCheck(words))
  }
  for (const { name, domainChecks } of table.columns) {
    for (const definition of domainChecks) {
      const ways = readCheck(definition.replaceAll(/\bVALUE\b/g, '"value of the domain"'))
      const ofColumn = ways.map(({ ranges: found, orders: pairs }): CheckForm => {
        const range = found.get('value of the domain')
        return { ranges: new Map(range ? [[name, range]] : []), orders: pairs }
      })
      take(definition, [name], ofColumn)
    }
  }
  for (const [name, { isNull }] of ranges) if (isNull) fixed.set(name, 'null')
  return { ranges, orders, kept, fixed }
}

const columnNamed = ({ columns }: CatalogTable, name: string): CatalogColumn | undefined =>
  columns.find((column) => column.name === name)

const isInteger = (base: string): boolean => /^(?:smallint|integer|bigint)$/.test(base)
const isNumber = (base: string): boolean => isInteger(base) || /^(?:numeric|real|double precision)/.test(base)
/** Bytes are drawn as many as there are to be at least, and four or seven if that is open. */
const isBytes = (base: string, longest = Infinity): boolean => base === 'bytea' && longest >= 7
const isText = (base: string): boolean => /^(?:text|character|(?:.*\.)?citext)/.test(base)

/** Whether values can be drawn for a column that keep to a range. */
function canKeep(column: CatalogColumn | undefined, range: Range): boolean {
  if (!column || column.generated) return false
  const { base, labels } = column
  const { least, most, shortest, longest, choices, not, notNull, isNull } = range
  if (isNull && (notNull || column.notNull)) return false
  if (choices?.length === 0 || (least ?? -Infinity) > (most ?? Infinity)) return false
  if ((least !== undefined || most !== undefined) && !isNumber(base)) return false
  if ((shortest !== undefined || longest !== undefined) && !isText(base) && !isBytes(base, longest)) return false
  if (choices && !(isText(base) || isInteger(base) || base === 'boolean' || labels)) return false
  // What is drawn is no empty text, and above zero.
  const isOdd = (text: string): boolean => text.trim() !== '' && !(isNumber(base) && Number(text) <= 0)
  return !not?.some((text) => (labels ? false : isOdd(text)))
}

/** Two columns of one type, of which one can be the other, or one more. */
function isOrderable(table: CatalogTable, { lower, upper, mayBeEqual }: CheckForm['orders'][number]): boolean {
  const [a, b] = [columnNamed(table, lower), columnNamed(table, upper)]
  if (!a || !b || a.generated || b.generated) return false
  return mayBeEqual ? a.base === b.base : isInteger(a.base) && isInteger(b.base)
}

/** The code of a value for which an unknown CHECK most likely holds: NULL, else the constant that is its default. */
function safeValue(column: CatalogColumn | undefined): string | undefined {
  if (!column || column.generated) return undefined
  if (!column.notNull) return 'null'
  const [, text] = /^'((?:[^']|'')*)'(?:::|$)/.exec(column.expression ?? '') ?? []
  if (text !== undefined && (isText(column.base) || column.labels)) return quote(text.replaceAll("''", "'"))
  const value = (column.expression ?? '').replaceAll(/[()]|::\w+/g, '')
  if (column.base === 'boolean' && /^(?:true|false)$/.test(value)) return value
  if (isInteger(column.base) && /^-?\d+$/.test(value)) return grouped(Number(value))
  return undefined
}
