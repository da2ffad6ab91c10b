import { type Connection, createConnection, type ResultSetHeader } from 'mysql2/promise'
import { createTableSql } from '../src/database/create-table.js'
import type { ConnectionOptions } from '../src/database/connection/connection.js'
import { freePort } from '../src/database/embedded/free-port.js'
import { connect } from '../src/database/mysql/connect.js'
import type { Batch, Run } from '../src/plan/batch.js'
import { openBatches } from '../src/plan/batch-source.js'
import { planRows, type TableRows } from '../src/plan/table-rows.js'
import type { Cell, Column } from '../src/tables/column.js'
import { scaledToText } from '../src/tables/scaled-number.js'
import { typeOf } from '../src/tables/types/cell-types.js'
import { startMariadb } from '../test/support/mariadb-server.js'
import type { Effort } from './support/effort.js'
import { type Contender, interleave } from './support/interleave.js'
import { comparison, medianRatio, type PartResult } from './support/result.js'
import { type NamedMix, mixed, planInput, tables } from './support/settings.js'

const CHANGES = 60_000
const BATCH_SIZES = [200, 1_000]
const DATABASE = 'bench'
const OURS = 'this package'
const ROWS_AT_ONCE = 'multi-row INSERT, IN and CASE by hand'
const ROW_BY_ROW = 'a prepared statement a row'

const inserting: NamedMix = { name: 'INSERTs alone', ratio: { insert: 1, update: 0, delete: 0 } }

/** The same changes on MariaDB, written by this package, and by hand in two ways. */
export async function applyingToMysql(_server: ConnectionOptions, effort: Effort): Promise<PartResult> {
  const port = await freePort()
  const server = await startMariadb({ port })
  if (!server) throw new Error("Expected a MariaDB to write to, got none. Install Debian's mariadb-server.")
  try {
    const login = { user: 'root', socketPath: server.socketPath, multipleStatements: true }
    const admin = await createConnection(login)
    const target = { protocol: 'mysql', host: server.socketPath, port, user: 'root', database: DATABASE } as const
    const result: PartResult = { title: 'Applying to MariaDB', comparisons: [], targets: [], notes: [NOTE] }
    const [comparisons, targets] = [[...result.comparisons], [...result.targets]]
    for (const mix of [inserting, mixed]) {
      for (const size of BATCH_SIZES) {
        const batches = plan(mix, size, effort.scale(CHANGES))
        const rows = planRows(planInput(mix, size))
        const timed =
          (write: (batches: readonly Batch[]) => Promise<void>): Contender =>
          async () => {
            await makeTables(admin)
            const begun = performance.now()
            await write(batches)
            return (changesOf(batches) / (performance.now() - begun)) * 1_000
          }
        const measured = await interleave(
          {
            [OURS]: timed((all) => byUs({ ...target, schema: DATABASE }, rows, all)),
            [ROWS_AT_ONCE]: timed((all) => byHand(admin, rows, all)),
            ...(size === BATCH_SIZES[0] && { [ROW_BY_ROW]: timed((all) => rowByRow(admin, rows, all)) }),
          },
          effort,
        )
        const title = `${mix.name}, batches of ${size} changes a table`
        const names = [OURS, ROWS_AT_ONCE, ROW_BY_ROW].filter((name) => measured.has(name))
        comparisons.push(comparison(title, 'changes/s', measured, names))
        for (const [other, limit] of [
          [ROWS_AT_ONCE, 0.8],
          [ROW_BY_ROW, 5],
        ] as const) {
          if (!measured.has(other)) continue
          const value = medianRatio(measured, OURS, other)
          targets.push({ text: `${title}: × ${other}`, value, limit, bound: 'at least' })
        }
      }
    }
    await admin.end()
    return { ...result, comparisons, targets }
  } finally {
    await server[Symbol.asyncDispose]()
  }
}

const NOTE =
  'All compute the rows while they write, and make one transaction of a batch. By hand: INSERT with all rows of a run, UPDATE with a CASE for each column, DELETE with IN.'

function plan(mix: NamedMix, size: number, changes: number): Batch[] {
  const source = openBatches(planInput(mix, size))
  const batches: Batch[] = []
  for (let made = 0; made < changes; made += 2 * size) batches.push(source.next()!)
  return batches
}

function changesOf(batches: readonly Batch[]): number {
  return batches.reduce((sum, { runs }) => sum + runs.reduce((own, { numbers }) => own + numbers.length, 0), 0)
}

async function makeTables(admin: Connection): Promise<void> {
  await admin.query(
    `DROP DATABASE IF EXISTS ${DATABASE}; CREATE DATABASE ${DATABASE} CHARACTER SET utf8mb4; USE ${DATABASE}`,
  )
  for (const table of tables) await admin.query(createTableSql(table, DATABASE, 'mysql'))
}

async function byUs(target: ConnectionOptions, rows: readonly TableRows[], batches: readonly Batch[]): Promise<void> {
  const client = await connect(target)
  await client.introduce()
  await client.searchFirst(DATABASE)
  const writer = client.runWriter({ rows, schema: DATABASE })
  for (const [index, { runs }] of batches.entries()) {
    const next = [...(batches[index + 1]?.runs ?? [])]
    await writer.send(client, runs, { meanwhile: () => next.splice(0, 1).forEach((run) => writer.prepare(run)) })
    await client.commit()
  }
  await client.close()
}

async function byHand(admin: Connection, rows: readonly TableRows[], batches: readonly Batch[]): Promise<void> {
  for (const { runs } of batches) {
    await admin.query('BEGIN')
    for (const run of runs) {
      const { definition } = rows[run.table]!
      const keys = run.numbers.map((number) => rows[run.table]!.keyOf(number)[0])
      const key = definition.columns[0]!.name
      if (run.kind === 'insert') {
        await expectRows(admin, run, 'INSERT INTO ?? VALUES ?', [definition.name, valuesOf(rows[run.table]!, run)])
      } else if (run.kind === 'delete') {
        await expectRows(admin, run, 'DELETE FROM ?? WHERE ?? IN (?)', [definition.name, key, keys])
      } else {
        const values = valuesOf(rows[run.table]!, run)
        const parts = definition.columns.flatMap((column, index) => {
          if (!column.recomputed) return []
          const whens = keys.map((one, place) => `WHEN ${one} THEN ${admin.escape(values[place]![index])}`)
          return [`${column.name} = CASE ${key} ${whens.join(' ')} END`]
        })
        await expectRows(admin, run, `UPDATE ${definition.name} SET ${parts.join(', ')} WHERE ${key} IN (?)`, [keys])
      }
    }
    await admin.query('COMMIT')
  }
}

async function rowByRow(admin: Connection, rows: readonly TableRows[], batches: readonly Batch[]): Promise<void> {
  for (const { runs } of batches) {
    await admin.query('BEGIN')
    for (const run of runs) {
      const { definition } = rows[run.table]!
      const { name, columns } = definition
      const values = valuesOf(rows[run.table]!, run)
      const recomputed = columns.flatMap((column, index) => (column.recomputed ? [index] : []))
      const key = columns[0]!.name
      for (const row of values) {
        if (run.kind === 'insert') {
          await admin.execute(`INSERT INTO ${name} VALUES (${columns.map(() => '?').join(', ')})`, [...row])
        } else if (run.kind === 'delete') {
          await admin.execute(`DELETE FROM ${name} WHERE ${key} = ?`, [row[0]!])
        } else {
          const set = recomputed.map((index) => `${columns[index]!.name} = ?`).join(', ')
          const given = [...recomputed.map((index) => row[index]!), row[0]!]
          await admin.execute(`UPDATE ${name} SET ${set} WHERE ${key} = ?`, given)
        }
      }
    }
    await admin.query('COMMIT')
  }
}

async function expectRows(admin: Connection, run: Run, sql: string, values: unknown[]): Promise<void> {
  const [{ affectedRows }] = await admin.query<ResultSetHeader>(sql, values)
  if (affectedRows !== run.numbers.length) throw new Error(`Expected ${run.numbers.length} rows, got ${affectedRows}.`)
}

function valuesOf(rows: TableRows, { numbers, versions }: Run): (string | number | null)[][] {
  const { columns } = rows.definition
  return numbers.map((number, place) =>
    rows.load(number, versions[place]!).map((cell, index) => valueOf(columns[index]!, cell)),
  )
}

function valueOf({ type }: Column, cell: Cell): string | number | null {
  const scale = typeOf(type).scale?.(type) ?? 0
  return typeof cell === 'number' && scale > 0
    ? scaledToText(cell, scale)
    : typeof cell === 'boolean'
      ? Number(cell)
      : cell
}
