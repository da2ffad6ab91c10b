import type { Client } from 'pg'
import { expect, test } from 'vitest'
import { createCdcStream } from '../../src/index.js'
import type { TableDefinition } from '../../src/tables/table-definition.js'
import { tableStatements } from '../../src/database/postgres/statements.js'
import { createExistingTables } from '../support/existing-rows.js'
import { useClient, useRole, useSchema } from '../support/server.js'

const ROWS = 40_000
const KEYS = Array.from({ length: 50 }, (_, i) => 1 + i * 700)

const joins = { nestloop: 'enable_nestloop', hash: 'enable_hashjoin', merge: 'enable_mergejoin' }

const kinds = {
  heap: 'CREATE TABLE t (id int8 PRIMARY KEY, part int4, value int4, filler text)',
  'a key of several columns': 'CREATE TABLE t (id int8, part int4, value int4, filler text, PRIMARY KEY (id, part))',
  'an index that is not unique': 'CREATE TABLE t (id int8, part int4, value int4, filler text); CREATE INDEX ON t (id)',
  partitioned: `CREATE TABLE t (id int8, part int4, value int4, filler text, PRIMARY KEY (id, part)) PARTITION BY LIST (part);
    CREATE TABLE t0 PARTITION OF t FOR VALUES IN (0); CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
    CREATE TABLE t2 PARTITION OF t FOR VALUES IN (2)`,
}

const definition: TableDefinition = {
  name: 't',
  key: 'id',
  columns: [
    { name: 'id', type: 'int8' },
    { name: 'value', type: 'int4', recomputed: true },
  ],
  rows: () => ({ fill: () => {} }),
}

interface PlanNode {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Index Name'?: string
  readonly 'Index Cond'?: string
  readonly 'Actual Rows': number
  readonly 'Actual Loops': number
  readonly Plans?: readonly PlanNode[]
}

/** What a plan reads of its tables, node by node. */
function scans(node: PlanNode): PlanNode[] {
  const isScan = node['Node Type'].includes('Scan') && (node['Relation Name'] ?? node['Index Name']) !== undefined
  return [...(isScan ? [node] : []), ...(node.Plans ?? []).flatMap(scans)]
}

async function explain(client: Client, statement: string, values: readonly string[]): Promise<PlanNode> {
  await client.query('BEGIN')
  await client.query(`PREPARE change AS ${statement}`)
  const execute = `EXECUTE change (${values.map((value) => `'${value}'`).join(', ')})`
  const { rows } = await client.query<{ 'QUERY PLAN': readonly [{ Plan: PlanNode }] }>(
    `EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) ${execute}`,
  )
  await client.query('ROLLBACK')
  await client.query('DEALLOCATE change')
  return rows[0]!['QUERY PLAN'][0].Plan
}

/** Makes the planner take a table for one of so many rows, wherever it is. */
async function believe(client: Client, schema: string, rows: number | 'the truth'): Promise<void> {
  if (rows === 'the truth') return void (await client.query('ANALYZE t'))
  const tables = `SELECT oid FROM pg_class WHERE relnamespace = '${schema}'::regnamespace AND relkind IN ('r', 'p')`
  await client.query(`UPDATE pg_class SET reltuples = ${rows} WHERE oid IN (${tables})`)
  await client.query(`DELETE FROM pg_statistic WHERE starelid IN (${tables})`)
}

test.each(Object.entries(kinds))(
  'UPDATE and DELETE read the rows that they change, and no other: %s',
  async (_, ddl) => {
    const { schema } = await useSchema()
    const client = await useClient()
    await client.query(`SET search_path = ${schema}; SET plan_cache_mode = force_custom_plan; ${ddl}`)
    await client.query(`INSERT INTO t SELECT i, i % 3, 0, repeat('x', 200) FROM generate_series(1, ${ROWS}) AS i`)
    await client.query('VACUUM ANALYZE t')
    const keys = `{${KEYS.join(',')}}`
    const { update, delete: remove } = tableStatements(definition, schema)
    for (const rows of ['the truth', 200, 0] as const) {
      await believe(client, schema, rows)
      for (const [join, setting] of Object.entries(joins)) {
        // The load's session on a cluster also turns scans off.
        const others = [
          ...Object.values(joins).filter((other) => other !== setting),
          ...(rows === 0 ? ['enable_seqscan'] : []),
        ]
        for (const other of others) await client.query(`SET ${other} = off`)
        for (const [kind, plan] of [
          ['update', await explain(client, update, [keys, `{${KEYS.map(() => 1).join(',')}}`])],
          ['delete', await explain(client, remove, [keys])],
        ] as const) {
          const read = scans(plan)
          const sum = read
            .filter((node) => node['Relation Name'] !== undefined)
            .reduce((so, node) => so + node['Actual Rows'] * node['Actual Loops'], 0)
          const nodes = read.map((node) => node['Node Type'])
          expect({ rows, join, kind, nodes, sum }).toEqual({ rows, join, kind, nodes, sum: KEYS.length })
          expect(nodes).not.toContain('Seq Scan')
        }
        for (const other of others) await client.query(`RESET ${other}`)
      }
    }
  },
)

test('a load whose planner joins by hash does not read its tables again and again', async () => {
  const connection = await useRole(await useSchema())
  const admin = await useClient()
  await createExistingTables(admin, connection.schema, ROWS)
  await admin.query(
    `ALTER ROLE ${connection.user} SET enable_nestloop = off; ALTER ROLE ${connection.user} SET enable_mergejoin = off`,
  )
  const ratio = { insert: 70, update: 20, delete: 10 }
  const stream = createCdcStream({ target: connection, batches: 40, batchSize: 50, interval: 0, ratio, seed: 5 })
  await stream.start()
  const { changes } = await stream.finished
  await stream[Symbol.asyncDispose]()
  const find = `SELECT sum(n_tup_ins + n_tup_upd + n_tup_del)::int4 AS changes, sum(seq_tup_read)::int4 AS read
                  FROM pg_stat_user_tables WHERE schemaname = $1`
  let found: { changes: number; read: number } | undefined
  // The server counts what a session did when it has ended.
  while (!found || found.changes < 1.25 * ROWS + changes) {
    found = (await admin.query<{ changes: number; read: number }>(find, [connection.schema])).rows[0]!
  }
  // What stands there is counted and sampled at the start, and its indexes were made.
  expect(found.read).toBeLessThan(10 * ROWS)
})
