import type { Cell, Column } from '../column.js'
import { type Key, type KeyColumn, keyColumns } from './key-column.js'
import type { KeyForm } from './key-form.js'
import { countForm, dayForm, digitsForm, listForm } from './plain-forms.js'
import { uuidV4Form, uuidV7Form } from './uuid-forms.js'

/** A table, as far as its key goes. */
export interface KeyedTable {
  readonly name: string
  readonly columns: readonly Column[]
  readonly key: Key
}

/** One column of a key. */
export interface KeyPart {
  readonly name: string
  /** Where it stands among the table's columns. */
  readonly index: number
  readonly column: Column
  readonly form: KeyForm
  /** How many values it takes in turn; undefined for one that counts. */
  readonly values: number | undefined
  /** How many rows have one value before the next has its turn. */
  readonly stride: number
  readonly restarts: boolean
  /** The table whose numbers it counts, if it is another one. */
  readonly of: string | undefined
}

/**
 * The key of a table as a one-to-one function of an ordinal: row n of a stream has the ordinal (largest ordinal before) + n.
 * For one integer the ordinal is the key.
 */
export class TableKey {
  readonly table: string
  readonly parts: readonly KeyPart[]
  /** The last ordinal there is. */
  readonly most: number
  /** Whether every key that is not NULL has an ordinal, whoever wrote it. */
  readonly isTotal: boolean
  /** Whether one integer is the whole key, so that ordinals are keys. */
  readonly isInteger: boolean
  /** Whether it is the first column, too. */
  readonly isFirstInteger: boolean
  readonly #counter: KeyPart | undefined
  /** How many combinations the values have that are taken in turn. */
  readonly #turns: number

  constructor({ name: table, columns, key }: KeyedTable) {
    this.table = table
    let stride = 1
    this.parts = keyColumns(key).map((given) => {
      const index = columns.findIndex((column) => column.name === given.column)
      const column = columns[index]!
      const { values, restarts = false, of } = given
      const count = typeof values === 'number' ? values : values?.length
      const part = {
        name: given.column,
        index,
        column,
        form: formOf(column, given, table),
        values: count,
        restarts,
        of,
      }
      const turn = stride
      stride *= count ?? 1
      return { ...part, stride: turn }
    })
    this.#turns = stride
    const counters = this.parts.filter(({ values }) => values === undefined)
    this.#counter = counters.find(({ restarts }) => !restarts) ?? counters[0]
    const ends = counters.map(({ form, restarts }) => (restarts ? form.most * stride : form.most))
    this.most = Math.min(Number.MAX_SAFE_INTEGER, ...(counters.length === 0 ? [stride] : ends))
    const kind = this.#counter?.restarts === false ? this.#counter.form.shape.kind : undefined
    this.isTotal = kind === 'count' || kind === 'days'
    const [first, ...others] = this.parts
    this.isInteger = others.length === 0 && kind === 'count'
    this.isFirstInteger = this.isInteger && first?.index === 0
  }

  /** The part that counts, or the first of those that do, if not all take their values in turn. */
  get counter(): KeyPart | undefined {
    return this.#counter
  }

  /** How many combinations the values have that are taken in turn. */
  get turns(): number {
    return this.#turns
  }

  /**
   * How many ordinals there are for one of the table whose numbers this key counts: as many as rows that have its value
   * in common. 1 where it counts its own.
   */
  get spread(): number {
    const counter = this.#counter
    return counter?.restarts && counter.of !== undefined ? this.#turns : 1
  }

  /** Whether a column of the table is one of the key. */
  has(index: number): boolean {
    return this.parts.some((part) => part.index === index)
  }

  /** Writes the key of an ordinal into a row. */
  write(cells: Cell[], ordinal: number): void {
    // Nearly all keys.
    if (this.isFirstInteger) {
      cells[0] = ordinal
      return
    }
    for (const part of this.parts) cells[part.index] = this.#cellOf(part, ordinal)
  }

  /** The cells of a key, in the order of the key. */
  cellsOf(ordinal: number): Cell[] {
    return this.parts.map((part) => this.#cellOf(part, ordinal))
  }

  /** The ordinal of a key, in the order of the key; undefined for one that no row of a stream has. */
  ordinalOf(key: readonly unknown[]): number | undefined {
    const ordinal = this.countOf(key)
    if (ordinal === undefined || this.parts.length === 1) return ordinal
    return this.parts.every((part, place) => this.#cellOf(part, ordinal) === key[place]) ? ordinal : undefined
  }

  /** The ordinal that SQL reads from a key: by what it takes of it, whatever the other columns hold. */
  countOf(key: readonly unknown[]): number | undefined {
    const counter = this.#counter
    const isWhole = counter !== undefined && !counter.restarts
    let [turn, counted] = [0, 1]
    for (const [place, part] of this.parts.entries()) {
      if (part !== counter && (isWhole || part.values === undefined)) continue
      const found = part.form.ordinalOf(key[place] as Cell)
      if (found === undefined) return undefined
      if (part === counter) counted = found
      else turn += (found - 1) * part.stride
    }
    return isWhole ? counted : (counted - 1) * this.#turns + turn + 1
  }

  /** The cells of a key among those of its row. */
  of(cells: readonly Cell[]): Cell[] {
    return this.parts.map(({ index }) => cells[index] ?? null)
  }

  #cellOf({ form, values, stride, restarts }: KeyPart, ordinal: number): Cell {
    if (values !== undefined) return form.cellOf(1 + (Math.floor((ordinal - 1) / stride) % values))
    return form.cellOf(restarts ? 1 + Math.floor((ordinal - 1) / this.#turns) : ordinal)
  }
}

/** A key in words: one value as it is, several as PostgreSQL writes them in its errors. */
export function keyText(key: readonly unknown[]): string {
  return key.length === 1 ? String(key[0]) : `(${key.join(', ')})`
}

function formOf(
  { type }: Column,
  { uuid, of, prefix = '', digits = 9, from, values }: KeyColumn,
  table: string,
): KeyForm {
  if (typeof values === 'object') return listForm(values)
  if (type === 'int2' || type === 'int4' || type === 'int8') return countForm(type)
  if (type === 'date') return dayForm(from ?? '2000-01-01')
  if (type === 'text' && uuid === undefined) return digitsForm(prefix, digits)
  const owner = of ?? table
  return uuid === 'v7' ? uuidV7Form(owner, type === 'text') : uuidV4Form(owner, type === 'text')
}
