import { isScaled } from '../tables/scaled-number.js'
import type { CatalogTable } from './catalog-table.js'
import { drawnCode } from './cell-code.js'
import type { DraftColumn } from './draft-column.js'
import type { DraftTable } from './draft-table.js'
import type { Families } from './family.js'
import { FollowedValues, keyCounter, ownKey } from './followed-value.js'
import { type Member, nullsOf } from './member.js'
import { movableReferences, type ReferenceRow, referenceRows } from './reference-rows.js'

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
  /** The rows that it refers to. */
  readonly references: readonly ReferenceRow[]
  value(column: DraftColumn): PlannedValue
  readonly families: Families
}

/** A smaller number of values is gone before long. */
const ENOUGH = 1_000_000

export function planRows(families: Families): RowPlan[] {
  const { members, sources, distinct, children } = families
  const followed = sources.followed()
  const followedValues = new FollowedValues(families)
  return members.map((member) => {
    const { table } = member
    const { name } = table.source
    const nulls = nullsOf(member)
    const isKeyed = (column: string): boolean => {
      const source = sources.of(name, column)
      const isOwn = source.table === name && source.column === column
      return (
        !isOwn ||
        distinct.has(name, column) ||
        distinct.placed(name).has(column) ||
        (followed.get(name)?.has(column) ?? false)
      )
    }
    const free = chooseRecomputed(member, (column) => isKeyed(column) || nulls.has(column) || isSettled(table, column))
    const moving = free.size > 0 || table.clock !== undefined ? [] : movableReferences(member, families)
    const recomputed = new Set([...free, ...moving.flatMap(({ columns }) => columns)])
    const references = referenceRows(member, new Set(moving))
    const value = (column: DraftColumn): PlannedValue => {
      if (nulls.has(column.name)) return { code: 'null', isKeyed: true }
      const ordered = orderedCode(table, column)
      if (ordered !== undefined && !isKeyed(column.name)) return { code: ordered, isKeyed: true }
      if (column.fixed !== undefined && (column.range.isNull || !isKeyed(column.name)))
        return { code: column.fixed, isKeyed: true }
      if (!isKeyed(column.name)) {
        const random = recomputed.has(column.name) ? 'changing' : 'random'
        return { code: drawnCode(column, random, ownKey(table)), isKeyed: false }
      }
      const { code, values } = followedValues.code(name, column.name, references)
      const rows = Math.floor(values / children.get(name)!.spread)
      return { code, isKeyed: true, values: distinct.has(name, column.name) && rows < ENOUGH ? rows : undefined }
    }
    const sequences = new Map<string, string>()
    const own = table.columns.filter((column) => {
      const source = sources.of(name, column.name)
      return source.table === name && source.column === column.name
    })
    const usesKey = own.some((column) => column.isUuid || (isKeyed(column.name) && !nulls.has(column.name)))
    if (usesKey && !table.isPlainKey) sequences.set(keyCounter(name), table.keys[0]!.name)
    for (const column of own.filter((one) => isKeyed(one.name) && !nulls.has(one.name))) {
      const counter = followedValues.counter(name, column.name)
      if (counter !== undefined) sequences.set(counter, column.name)
    }
    return { member, recomputed, sequences, references, value, families }
  })
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
