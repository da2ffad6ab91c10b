import type { Cell, Column } from '../tables/column.js'

/** How a table is partitioned, as the catalog has it. */
export interface Partitions {
  readonly strategy: 'range' | 'list' | 'hash'
  /** The column by which it is; null where that is an expression, or several. */
  readonly column: string | null
  readonly hasDefault: boolean
  /** Of every partition, as the server writes it: `FOR VALUES FROM (1) TO (10)`. */
  readonly bounds: readonly string[]
}

/** Whether there is a partition for a value. */
type HasPartition = (cell: Cell) => boolean

const RANGE = /^FOR VALUES FROM \((.+)\) TO \((.+)\)$/
const LIST = /^FOR VALUES IN \((.*)\)$/
const DAY = /^\d{4}-\d\d-\d\d$/

/** Tells for which values there is a partition; undefined where there is one for each, or where that cannot be told here. */
export function partitionTest(
  { strategy, column, hasDefault, bounds }: Partitions,
  type: Column['type'],
): HasPartition | undefined {
  if (hasDefault || column === null || strategy === 'hash') return undefined
  const tests = bounds.map(strategy === 'range' ? rangeTest(type) : listTest(type))
  if (!tests.every((test) => test !== undefined)) return undefined
  return (cell) => tests.some((test) => test(cell))
}

const rangeTest =
  (type: Column['type']) =>
  (bound: string): HasPartition | undefined => {
    const [, from = '', to = ''] = RANGE.exec(bound) ?? []
    const [first, end] = [limitOf(from, type), limitOf(to, type)]
    if (first === undefined || end === undefined) return undefined
    // MINVALUE and MAXVALUE take no NULL either.
    return (cell) => cell !== null && (first === null || cell >= first) && (end === null || cell < end)
  }

const listTest =
  (type: Column['type']) =>
  (bound: string): HasPartition | undefined => {
    const inside = LIST.exec(bound)?.[1]
    if (inside === undefined) return undefined
    const values = [...inside.matchAll(/'(?:[^']|'')*'|[^\s,]+/g)].map(([text]) =>
      text === 'NULL' ? null : valueOf(text, type),
    )
    return values.includes(undefined) ? undefined : (cell) => values.includes(cell)
  }

/** Null where there is none, undefined where it cannot be read. */
function limitOf(text: string, type: Column['type']): number | string | null | undefined {
  if (text === 'MINVALUE' || text === 'MAXVALUE') return null
  // Texts are compared as their collation says.
  const value = type === 'text' || type === 'bool' ? undefined : valueOf(text, type)
  return typeof value === 'boolean' ? undefined : value
}

function valueOf(quoted: string, type: Column['type']): number | string | boolean | undefined {
  const text = quoted.startsWith("'") ? quoted.slice(1, -1).replaceAll("''", "'") : quoted
  if (type === 'text') return text
  if (type === 'bool') return text === 'true' || text === 't'
  if (type === 'date') return DAY.test(text) ? text : undefined
  return type.startsWith('int') && /^-?\d+$/.test(text) ? Number(text) : undefined
}
