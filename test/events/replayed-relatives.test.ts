import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CanalMessage } from '../../src/events/formats/canal.js'
import type { DebeziumPostgresEvent } from '../../src/events/formats/debezium.js'
import type { MaxwellEvent } from '../../src/events/formats/maxwell.js'
import type { EventItem } from '../../src/events/parse-events.js'
import { type EventFormat, eventFormats, type EventOf, renderEvents } from '../../src/index.js'
import { replayEvents } from '../../src/match/feeds/replay-events.js'
import type { TableState } from '../../src/match/commit-target.js'
import type { TableDefinition } from '../../src/tables/table-definition.js'
import { planOptions, runs } from '../support/arbitraries.js'
import { connectDecimal } from '../support/connect-decimal.js'
import { ledgerAt } from '../support/ledger-at.js'
import { planInput, type PlanOptions } from '../support/plan-inputs.js'
import { tablesOf } from '../support/table-states.js'
import { onlyKey } from '../support/only-key.js'

const LAST = 8

type Json = Record<string, unknown>

/** What a tool makes of the commits of a table, from what we render. */
type Tool = (commits: readonly (readonly DebeziumPostgresEvent[])[], table: TableDefinition) => EventItem[]

const real = (event: DebeziumPostgresEvent): Json => ({ ...event, source: { ...event.source, version: '3.2.0.Final' } })

/** A row that tells the key alone, as a connector writes it: NULL or a zero in the other columns. */
function placeholders(row: Json, { key, columns }: TableDefinition): Json {
  const zeros = { int2: 0, int4: 0, int8: 0, text: '', bool: false, date: 0 } as const
  return Object.fromEntries(
    columns.map(({ name, type, nullable = true }) => {
      const zero = type in zeros ? zeros[type as keyof typeof zeros] : 'AA=='
      return [name, name === key ? row[name] : nullable ? null : zero]
    }),
  )
}

function precise(row: Json | null, { columns }: TableDefinition): Json | null {
  if (!row) return null
  const entries = columns.map(({ name, type }) => {
    const value = row[name]
    const isDecimal = type.startsWith('numeric') && typeof value === 'string'
    return [name, isDecimal ? connectDecimal(BigInt(value.replace('.', ''))) : value]
  })
  return Object.fromEntries(entries) as Json
}

const byDefault = (event: DebeziumPostgresEvent, table: TableDefinition): Json => ({
  ...real(event),
  before: event.op === 'd' ? placeholders(event.before ?? {}, table) : null,
  after: precise(event.after, table),
})

const keyOf = ({ before, after }: DebeziumPostgresEvent, { key }: TableDefinition): Json => ({
  [onlyKey(key)]: (after ?? before)?.[onlyKey(key)],
})

const tools: Readonly<Record<string, Tool>> = {
  'Debezium with its defaults, as messages': (commits, table) =>
    commits.flat().flatMap((event) => {
      const key = Buffer.from(JSON.stringify(keyOf(event, table)))
      const message = { key, value: Buffer.from(JSON.stringify(byDefault(event, table))), headers: {} }
      const heartbeat = { key: Buffer.from('{"serverName":"s"}'), value: Buffer.from('{"ts_ms":1}') }
      return [heartbeat, message, ...(event.op === 'd' ? [{ key, value: null }] : [])]
    }),
  'Debezium with schemas': (commits, table) =>
    commits
      .flat()
      .map((event) => JSON.stringify({ schema: { type: 'struct', fields: [] }, payload: byDefault(event, table) })),
  CloudEvents: (commits) =>
    commits.flat().map(({ before, after, source, op }) => {
      const attributes = {
        specversion: '1.0',
        iodebeziumop: op,
        iodebeziumtable: source.table,
        iodebeziumtxId: String(source.txId),
      }
      return { ...attributes, iodebeziumconnector: 'postgresql', data: { before, after } }
    }),
  'flat rows with `__op`': (commits) =>
    commits.flat().map(({ before, after, source, op }) => {
      return {
        ...(after ?? before),
        __op: op,
        __table: source.table,
        __txId: source.txId,
        __deleted: String(op === 'd'),
      }
    }),
  'flat rows and tombstones': (commits, table) =>
    commits.flat().map((event) => {
      return { key: JSON.stringify(keyOf(event, table)), value: event.after && JSON.stringify(event.after) }
    }),
  "Flink's debezium-json": (commits) =>
    commits.flat().flatMap(({ before, after, op }): object[] => {
      const [gone, come] = [
        { before, after: null, op: 'd' },
        { before: null, after, op: 'c' },
      ]
      return op === 'u' ? [gone, come] : [op === 'd' ? gone : come]
    }),
  'wal2json, version 1': (commits) =>
    commits.map((events, index) => ({
      xid: index + 500,
      change: events.map(({ before, after, op, source }) => ({
        kind: { c: 'insert', u: 'update', d: 'delete' }[op],
        schema: 'public',
        table: source.table,
        ...(after && { columnnames: Object.keys(after), columnvalues: Object.values(after) }),
        ...(before && {
          oldkeys: { keynames: Object.keys(before).slice(0, 1), keyvalues: Object.values(before).slice(0, 1) },
        }),
      })),
    })),
  'wal2json, version 2': (commits) =>
    commits.flatMap((events, index) => {
      const tuple = (row: object): object[] =>
        Object.entries(row).map(([name, value]) => ({ name, value: value as unknown }))
      const tuples = events.map(({ before, after, op, source }) => ({
        action: { c: 'I', u: 'U', d: 'D' }[op],
        schema: 'public',
        table: source.table,
        ...(after && { columns: tuple(after) }),
        ...(before && { identity: tuple(before) }),
      }))
      return [{ action: 'B', xid: index + 500 }, ...tuples, { action: 'C', xid: index + 500 }]
    }),
  'decoded pgoutput': (commits, table) =>
    commits.flatMap((events, index) => {
      const relation = {
        tag: 'relation',
        relationOid: 1,
        schema: 'public',
        name: table.name,
        replicaIdentity: 'default',
        keyColumns: [table.key],
      }
      const messages = events.map((event) => ({
        tag: { c: 'insert', u: 'update', d: 'delete' }[event.op],
        relation,
        key: event.op === 'd' ? keyOf(event, table) : null,
        old: null,
        new: event.after,
      }))
      return [
        { tag: 'begin', commitLsn: '0/1', xid: index + 500 },
        relation,
        ...messages,
        { tag: 'commit', commitEndLsn: '0/2' },
      ]
    }),
}

/** What a tool cannot tell apart: a row that comes again from an UPDATE. */
const without: Readonly<Record<string, PlanOptions>> = {
  "Flink's debezium-json": { hazards: undefined },
}

interface Commits<F extends EventFormat> {
  readonly feeds: readonly (readonly EventOf<F>[])[]
  readonly states: readonly (readonly [TableDefinition, TableState])[]
}

function commitsOf<F extends EventFormat>(format: F, options: PlanOptions): Commits<F> {
  const input = planInput({ ...options, tables: 'both' })
  const ledger = ledgerAt(input, () => LAST)
  const tables = input.tables.map(({ definition }) => definition)
  const names = { database: 'd', schema: 's', server: 'server', at: 1, tables }
  const feeds = Array.from({ length: LAST }, (_, index) => {
    return renderEvents(format, { ...names, commit: index + 1, changes: [...ledger.changes(index + 1)] })
  })
  return { feeds, states: tables.map((table) => [table, tablesOf(ledger).table(table.name)]) }
}

describe.for(Object.entries(tools))('%s', ([name, tool]) => {
  test('replays, and does not when something is lost', () => {
    const property = fc.property(planOptions(), fc.nat(), (options, at) => {
      const { feeds, states } = commitsOf('debezium-postgres', { ...options, ...without[name] })
      for (const [table, state] of states) {
        const commits = feeds.map((events) => events.filter(({ source }) => source.table === table.name))
        expect(replayEvents(tool(commits, table), state).anomalies).toEqual([])
        const all = commits.flat()
        if (all.length === 0) continue
        const lost = all[at % all.length]
        const damaged = commits.map((events) => events.filter((event) => event !== lost))
        expect(replayEvents(tool(damaged, table), state, { since: LAST }).anomalies).not.toEqual([])
      }
    })
    fc.assert(property, runs(8))
  })
})

test('Maxwell and Canal without the rows before', () => {
  const property = fc.property(planOptions(), (options) => {
    for (const format of eventFormats.filter((name) => name === 'maxwell' || name === 'canal')) {
      const { feeds, states } = commitsOf(format, options)
      const bare = (feeds.flat() as (MaxwellEvent | CanalMessage)[]).map((event) => ({ ...event, old: null }))
      for (const [, state] of states) expect(replayEvents(bare, state).anomalies).toEqual([])
    }
  })
  fc.assert(property, runs(8))
})
