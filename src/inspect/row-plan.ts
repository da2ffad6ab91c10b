import { isScaled } from '../tables/scaled-number.js'
import type { CatalogTable } from './catalog-table.js'
import { drawnCode, firstKey, keyedCode } from './cell-code.js'
import { type KeyCode, type KeyedCode, LARGE, quote } from './code.js'
import { DraftKeys } from './draft-key.js'
import { DistinctColumns } from './distinct-columns.js'
import type { DraftColumn } from './draft-column.js'
import { columnOf, type DraftTable, isKeyOf } from './draft-table.js'
import { type Member, nullsOf, type Root, ValueRoots } from './family.js'

export interface PlannedValue {
  readonly code: string
  /** Whether it follows from the key of the row, or from that of another: then it is never NULL, and no UPDATE sets it. */
  readonly isKeyed: boolean
  /** How many rows can have values of their own, where they have to, and that ends. */
  readonly values?: number | undefined
}

export interface RowPlan {
  readonly member: Member
  readonly recomputed: ReadonlySet<string>
  /** The columns that count, by names that tables share. */
  readonly sequences: ReadonlyMap<string, string>
  value(column: DraftColumn): PlannedValue
  readonly roots: ValueRoots
  readonly keys: DraftKeys
}

/** A smaller number of values is gone before long. */
const ENOUGH = 1_000_000

export function planRows(members: readonly Member[]): RowPlan[] {
  const roots = new ValueRoots(members)
  const keys = new DraftKeys(members)
  const distinct = new DistinctColumns(members, roots, keys)
  const followed = roots.followed()
  const narrowed = choicesOfFollowers(members, roots)
  const isKeyed = ({ table, column }: Root): boolean =>
    distinct.has(table, column) || (followed.get(table)?.has(column) ?? false)
  return members.map((member) => {
    const { table } = member
    const { name } = table.source
    const nulls = nullsOf(member)
    const recomputed = chooseRecomputed(
      member,
      (column) => isKeyed(roots.of(name, column)) || nulls.has(column) || isSettled(table, column),
    )
    const value = (column: DraftColumn): PlannedValue => {
      const root = roots.of(name, column.name)
      if (nulls.has(column.name)) return { code: 'null', isKeyed: true }
      const ordered = orderedCode(table, column)
      if (ordered !== undefined && !isKeyed(root)) return { code: ordered, isKeyed: true }
      if (column.fixed !== undefined && (column.range.isNull || !isKeyed(root)))
        return { code: column.fixed, isKeyed: true }
      if (!isKeyed(root)) {
        return {
          code: drawnCode(column, recomputed.has(column.name) ? 'changing' : 'random', ownKey(table)),
          isKeyed: false,
        }
      }
      const { code, values } = keyedOf(root, name, roots, narrowed)
      const ends = distinct.has(name, column.name) && values < ENOUGH
      return { code, isKeyed: true, values: ends ? values : undefined }
    }
    return { member, recomputed, sequences: sequencesOf(member, roots, isKeyed, followed), value, roots, keys }
  })
}

/** What rows that point at a column take of its values: then no row has another. */
function choicesOfFollowers(members: readonly Member[], roots: ValueRoots): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>()
  for (const { table } of members) {
    for (const { name, choices, enumType } of table.columns) {
      const root = roots.of(table.source.name, name)
      if (!choices || enumType !== undefined || (root.table === table.source.name && root.column === name)) continue
      const place = JSON.stringify(root)
      found.set(place, found.get(place)?.filter((text) => choices.includes(text)) ?? choices)
    }
  }
  return found
}

/** Whether a CHECK that is not understood, or one of two columns, leaves nothing to change. */
function isSettled({ checks, clock }: DraftTable, column: string): boolean {
  return (
    clock === column ||
    checks.fixed.has(column) ||
    checks.orders.some(({ lower, upper }) => lower === column || upper === column)
  )
}

/** The code of a column that follows from one before it, which a CHECK compares it with. */
function orderedCode(table: DraftTable, { name, type }: DraftColumn): string | undefined {
  const all = [...table.keys, ...table.columns]
  const place = (column: string): number => all.findIndex((one) => one.name === column)
  const others = table.checks.orders.flatMap(({ lower, upper, mayBeEqual }) => {
    const other = lower === name ? upper : upper === name ? lower : undefined
    if (other === undefined || place(other) < 0 || place(other) >= place(name)) return []
    const step = mayBeEqual ? '' : upper === name ? ' + 1' : ' - 1'
    return [{ cell: `cells[${place(other)}]`, step }]
  })
  const [first] = others
  if (!first) return undefined
  return /^int[248]$/.test(type) ? `Number(${first.cell})${first.step}` : `${first.cell} ?? null`
}

/** The code of a value that follows from the row's number, as the rows of another table write it, or of the same. */
function keyedOf(
  root: Root,
  viewer: string,
  roots: ValueRoots,
  narrowed: ReadonlyMap<string, readonly string[]>,
): KeyedCode {
  const table = roots.member(root.table)!.table
  const found = columnOf(table, root.column)!
  const choices = narrowed.get(JSON.stringify(root))
  const isOwn = root.table === viewer
  const place = table.keys.indexOf(found)
  const column = choices ? { ...found, choices } : found
  if (place >= 0 && !table.isPlainKey) {
    const code = isOwn ? `cells[${place}] ?? null` : `keyOf(${quote(root.table)}, number)[${place}] ?? null`
    return { code, values: LARGE }
  }
  const counter = counterOf(root, roots)
  if (counter !== undefined && !(isOwn && place >= 0)) {
    return { code: countedCode(counter), values: Number.MAX_SAFE_INTEGER }
  }
  const itsKey = countedCode(keyCounter(root.table))
  const key = isOwn ? ownKey(table) : { number: `(${itsKey})`, text: itsKey }
  const isChecked = table.source.constraints.some(
    ({ kind, columns }) => kind === 'check' && columns.includes(root.column),
  )
  const hasDomainCheck = (table.source.columns.find(({ name }) => name === root.column)?.domainChecks.length ?? 0) > 0
  return keyedCode(column, key, isChecked || hasDomainCheck)
}

/** The name of the sequence that a column is, if its values count on from the largest one that is there. */
function counterOf({ table: name, column }: Root, roots: ValueRoots): string | undefined {
  const { table } = roots.member(name)!
  if (isKeyOf(table, column)) return keyCounter(name)
  const type = columnOf(table, column)?.type
  return type === 'int4' || type === 'int8' ? `${column} of ${name}` : undefined
}

const keyCounter = (table: string): string => `key of ${table}`

/** The key of a row in its own code: a number that no other row has, or its place among those that were ever there. */
function ownKey({ isPlainKey, source }: DraftTable): KeyCode {
  if (isPlainKey) return firstKey
  const counted = countedCode(keyCounter(source.name))
  return { number: `(${counted})`, text: counted }
}

const countedCode = (counter: string): string => `(sequences[${quote(counter)}] ?? 0) + number`

function sequencesOf(
  { table }: Member,
  roots: ValueRoots,
  isKeyed: (root: Root) => boolean,
  followed: ReadonlyMap<string, ReadonlySet<string>>,
): Map<string, string> {
  const { name } = table.source
  const sequences = new Map<string, string>()
  const isOwnCode = (column: DraftColumn, root: Root): boolean =>
    column.isUuid || (root.table === name && isKeyed(root))
  const usesKey = !table.isPlainKey && table.columns.some((column) => isOwnCode(column, roots.of(name, column.name)))
  if (followed.has(name) || usesKey) sequences.set(keyCounter(name), table.keys[0]!.name)
  for (const column of table.columns) {
    const root = roots.of(name, column.name)
    const counter = isKeyed(root) ? counterOf(root, roots) : undefined
    const counts = column.type === 'int4' || column.type === 'int8'
    if (counter !== undefined && counts && !sequences.has(counter)) sequences.set(counter, column.name)
  }
  return sequences
}

/** What changes in the life of a row: amounts and states; if there is none, whatever else can. */
function chooseRecomputed({ table }: Member, isFixed: (column: string) => boolean): Set<string> {
  const free = table.columns
    .filter(({ name, isUuid }) => !isFixed(name) && !isUuid && !isTied(name, table.source))
    .filter((column) => !hasOneValue(column))
  const states = free.filter(({ type, choices }) => isScaled(type) || type === 'bool' || choices)
  const numbers = free.filter(({ type, choices }) => (/^(?:int\d|text)$/.test(type) || isScaled(type)) && !choices)
  const visible = states.some(({ type }) => isScaled(type)) ? [] : numbers.slice(0, 1)
  const chosen = [...states, ...visible]
  return new Set((chosen.length > 0 ? chosen : free.slice(0, 1)).map(({ name }) => name))
}

function hasOneValue({ choices, range }: DraftColumn): boolean {
  return (choices ?? range.choices)?.length === 1 || (range.least !== undefined && range.least === range.most)
}

function isTied(column: string, { constraints, oddIndexes }: CatalogTable): boolean {
  return (
    constraints.some(({ kind, columns }) => kind !== 'check' && columns.includes(column)) ||
    oddIndexes.some(({ columns }) => columns.includes(column))
  )
}
