import { firstKey, keyedCode } from './cell-code.js'
import { type KeyCode, type KeyedCode, LARGE, quote } from './code.js'
import type { DraftColumn } from './draft-column.js'
import { columnOf, type DraftTable, isKeyOf } from './draft-table.js'
import type { Families } from './family.js'
import type { ReferenceRow } from './reference-rows.js'
import type { Source } from './value-sources.js'

/** The code of values that follow from the number of a row, as its own table writes them, and all that follow it. */
export class FollowedValues {
  readonly #families: Families
  readonly #narrowed: ReadonlyMap<string, readonly string[]>

  constructor(families: Families) {
    this.#families = families
    this.#narrowed = choicesOfFollowers(families)
  }

  /** @param references the rows that those of the table refer to */
  code(viewer: string, column: string, references: readonly ReferenceRow[]): KeyedCode {
    const source = this.#families.sources.of(viewer, column)
    const found = references.find(({ key }) => key === source.reference)
    if (!found) {
      const row = source.table === viewer ? 'number' : `rowAbove(${quote(source.table)}, number)`
      return this.#valueIn(source, row, source.table === viewer)
    }
    const { key, variable, nulls, instead } = found
    const steps = this.#spread(key.table) / this.#spread(source.table)
    const rowOf = (row: string): string => (steps === 1 ? row : `Math.ceil(${row} / ${steps})`)
    if (instead === undefined) return this.#valueIn(source, rowOf(variable), false)
    if (!nulls.has(column)) return this.#valueIn(source, rowOf(`(${variable} ?? ${instead})`), false)
    const { code, values } = this.#valueIn(source, rowOf(variable), false)
    return { code: `${variable} === undefined ? null : (${code})`, values }
  }

  /** The name of the sequence that a column is, if its values count on from the largest one that is there. */
  counter(name: string, column: string): string | undefined {
    const table = this.#tableOf(name)
    const { type, limits } = columnOf(table, column) ?? {}
    const counts =
      (type === 'int4' || type === 'int8') && limits === undefined && !this.#families.distinct.placed(name).has(column)
    return counts && !isKeyOf(table, column) ? `${column} of ${name}` : undefined
  }

  #valueIn({ table: name, column: columnName }: Source, row: string, isOwn: boolean): KeyedCode {
    const { keys, children, distinct } = this.#families
    const table = this.#tableOf(name)
    const column = columnOf(table, columnName)!
    if (isKeyOf(table, columnName)) {
      const place = keys.of(name).findIndex((part) => part.name === columnName)
      const own = table.keys.indexOf(column)
      return {
        code: isOwn ? `cells[${own}] ?? null` : `keyOf(${quote(name)}, ${row})[${place}] ?? null`,
        values: LARGE,
      }
    }
    if (distinct.placed(name).has(columnName)) {
      const slot = isOwn ? 'slotOf(number)' : `(${row} - 1) % ${children.get(name)!.most}`
      return { code: placeCode(column, slot), values: LARGE }
    }
    const counter = this.counter(name, columnName)
    if (counter !== undefined) {
      return { code: `(sequences[${quote(counter)}] ?? 0) + ${row}`, values: Number.MAX_SAFE_INTEGER }
    }
    const choices = this.#narrowed.get(JSON.stringify([name, columnName]))
    const isChecked = table.source.constraints.some(
      ({ kind, columns }) => kind === 'check' && columns.includes(columnName),
    )
    const hasDomainCheck = (table.source.columns.find((one) => one.name === columnName)?.domainChecks.length ?? 0) > 0
    const key = isOwn ? ownKey(table) : keyAt(table, row)
    return keyedCode(choices ? { ...column, choices } : column, key, isChecked || hasDomainCheck)
  }

  #tableOf(name: string): DraftTable {
    return this.#families.sources.member(name)!.table
  }

  #spread(name: string): number {
    return this.#families.children.get(name)?.spread ?? 1
  }
}

/** The key of a row in its own code: a number that no other row has, or its place among those that were ever there. */
export function ownKey(table: DraftTable): KeyCode {
  return table.isPlainKey ? firstKey : keyAt(table, 'number')
}

export const keyCounter = (table: string): string => `key of ${table}`

function keyAt({ isPlainKey, source: { name } }: DraftTable, row: string): KeyCode {
  const key = `keyOf(${quote(name)}, ${row})[0]`
  if (isPlainKey) return { number: `Number(${key})`, text: key }
  const counted = `(sequences[${quote(keyCounter(name))}] ?? 0) + ${row}`
  return { number: `(${counted})`, text: counted }
}

/** Of the first sibling, the second … */
function placeCode({ choices, type }: DraftColumn, slot: string): string {
  if (choices) return `[${choices.map((text) => quote(text)).join(', ')}][${slot}] ?? null`
  return type === 'bool' ? `${slot} === 1` : `1 + ${slot}`
}

/** What rows that point at a column take of its values: then no row has another. */
function choicesOfFollowers({ members, sources }: Families): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>()
  for (const { table } of members) {
    for (const { name, choices, enumType } of table.columns) {
      const source = sources.of(table.source.name, name)
      const isOwn = source.table === table.source.name && source.column === name
      if (!choices || enumType !== undefined || isOwn) continue
      const place = JSON.stringify([source.table, source.column])
      found.set(place, found.get(place)?.filter((text) => choices.includes(text)) ?? choices)
    }
  }
  return found
}
