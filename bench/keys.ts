import { createTableSql } from '../src/database/create-table.js'
import { connect } from '../src/database/postgres/connect.js'
import type { ConnectionOptions } from '../src/database/connection/connection.js'
import type { PostgresClient } from '../src/database/postgres/client.js'
import { resolveMix } from '../src/plan/mix/mix.js'
import { emptyBaseline } from '../src/plan/plan-input.js'
import type { Run } from '../src/plan/batch.js'
import { planRows } from '../src/plan/table-rows.js'
import type { Column } from '../src/tables/column.js'
import { defineTable } from '../src/tables/define-table.js'
import type { Key } from '../src/tables/keys/key-column.js'
import { TableKey } from '../src/tables/keys/table-key.js'
import { Random } from '../src/tables/random.js'
import type { TableDefinition } from '../src/tables/table-definition.js'
import type { Effort } from './support/effort.js'
import { type Contender, interleave } from './support/interleave.js'
import { rate } from './support/schema.js'
import { comparison, medianRatio, type PartResult } from './support/result.js'
import { SEED } from './support/settings.js'

const ROWS = 200_000
/** Statements of a round, and rows of each. */
const STATEMENTS = 60
const BATCH = 200
const LIMIT = 0.8

const ONE = 'one bigint'
const KINDS: Readonly<Record<string, readonly [key: Key, columns: readonly Column[]]>> = {
  [ONE]: ['id', [{ name: 'id', type: 'int8' }]],
  'one uuid': ['id', [{ name: 'id', type: 'uuid' }]],
  'one text': [[{ column: 'id', prefix: 'order-' }], [{ name: 'id', type: 'text' }]],
  'tenant of 10, bigint': [
    [{ column: 'tenant', values: 10 }, 'id'],
    [
      { name: 'tenant', type: 'int4' },
      { name: 'id', type: 'int8' },
    ],
  ],
  'date of 365, tenant of 1,000, int4 that restarts': [
    [
      { column: 'day', values: 365 },
      { column: 'tenant', values: 1_000 },
      { column: 'no', restarts: true },
    ],
    [
      { name: 'day', type: 'date' },
      { name: 'tenant', type: 'int4' },
      { name: 'no', type: 'int4' },
    ],
  ],
  'int4, int4': [
    ['one', 'two'],
    [
      { name: 'one', type: 'int4' },
      { name: 'two', type: 'int4' },
    ],
  ],
}

/** UPDATE, DELETE and the read-back of a commit in doubt, by keys of several kinds, beside one integer. */
export async function keys(server: ConnectionOptions, effort: Effort): Promise<PartResult> {
  const client = await connect(server, {
    settings: { DateStyle: 'ISO', plan_cache_mode: 'force_custom_plan', search_path: 'bench_keys' },
  })
  try {
    await client.query('DROP SCHEMA IF EXISTS bench_keys CASCADE; CREATE SCHEMA bench_keys')
    const contenders: Record<string, Contender> = {}
    for (const name of Object.keys(KINDS)) contenders[name] = await fill(client, name, effort.scale(ROWS))
    const measured = await interleave(contenders, effort)
    const order = Object.keys(KINDS)
    const label = (what: string) => order.map((name) => `${what}, ${name}`)
    const whats = ['UPDATE', 'DELETE', 'read-back']
    return {
      title: 'Keys',
      comparisons: whats.map((what) => comparison(what, 'rows/s', measured, label(what))),
      targets: whats.flatMap((what) =>
        order.slice(1).map((name) => ({
          text: `${what} by ${name}, × by ${ONE}`,
          value: medianRatio(measured, `${what}, ${name}`, `${what}, ${ONE}`),
          limit: LIMIT,
          bound: 'at least' as const,
        })),
      ),
      notes: [
        `${STATEMENTS} statements of ${BATCH} rows each, of ${ROWS.toLocaleString('en-US')}; rolled back each time.`,
      ],
    }
  } finally {
    await client.query('DROP SCHEMA IF EXISTS bench_keys CASCADE').catch(() => {})
    await client.end()
  }
}

function tableOf(name: string, index: number): TableDefinition {
  const [key, columns] = KINDS[name]!
  const own: Column[] = [
    { name: 'note', type: 'text' },
    { name: 'amount', type: 'int4', recomputed: true },
  ]
  return defineTable({
    name: `t${index}`,
    key,
    columns: [...columns, ...own],
    rows: () => ({
      fill: (cells, number, version) => {
        cells[columns.length] = `a note of some length for row ${number}`
        cells[columns.length + 1] = version * 7 + (number % 100)
      },
    }),
  })
}

async function fill(client: PostgresClient, name: string, count: number): Promise<Contender> {
  const definition = tableOf(name, Object.keys(KINDS).indexOf(name))
  const input = {
    tables: [{ definition, baseline: emptyBaseline }],
    seed: SEED,
    scale: 1,
    nulls: 'none',
    businessDay: undefined,
  }
  const rows = planRows({ ...input, nulls: 'none', mix: resolveMix(undefined) })
  await client.query(createTableSql(definition, 'bench_keys', 'postgres'))
  const numbers = Array.from({ length: count }, (_, index) => index + 1)
  const writer = client.runWriter({ rows, schema: 'bench_keys' })
  await writer.send(client, [{ kind: 'insert', table: 0, numbers, versions: numbers.map(() => 0) }])
  await client.commit()
  await client.query(`VACUUM ANALYZE ${definition.name}`)
  const random = new Random(SEED, name)
  let turn = 0
  const key = new TableKey(definition)
  return async () => {
    const all = numbersOf(random.at(++turn), count)
    const runs = (kind: Run['kind'], version: number): Run[] =>
      all.map((some) => ({ kind, table: 0, numbers: some, versions: some.map(() => version) }))
    const send = (some: readonly Run[]): Promise<number> => {
      for (const run of some) writer.prepare(run)
      return rate(STATEMENTS * BATCH, async () => {
        for (const run of some) await writer.send(client, [run], { isOpen: true })
      })
    }
    await client.query('BEGIN')
    const update = await send(runs('update', 1))
    const readBack = await rate(STATEMENTS * BATCH, async () => {
      for (const some of all) {
        const found = await client.readBack(
          definition,
          'bench_keys',
          some.map((number) => key.cellsOf(number)),
        )
        if (found.size !== BATCH) throw new Error(`Expected ${BATCH} rows, got ${found.size}.`)
      }
    })
    const deleted = await send(runs('delete', 1))
    await client.rollBack()
    await client.query(`VACUUM ${definition.name}`)
    return { [`UPDATE, ${name}`]: update, [`read-back, ${name}`]: readBack, [`DELETE, ${name}`]: deleted }
  }
}

/** Distinct rows from all over the table. */
function numbersOf(random: Random, count: number): number[][] {
  const step = random.stepThrough(count)
  let at = random.below(count)
  return Array.from({ length: STATEMENTS }, () =>
    Array.from({ length: BATCH }, () => {
      at = (at + step) % count
      return at + 1
    }),
  )
}
