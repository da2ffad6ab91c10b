import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { storeSales } from '../../src/tables/store-sales.js'
import type { ConnectionOptions } from '../../src/database/connection/connection.js'
import type { DisposableContender } from '../support/interleave.js'
import { runClient } from '../support/programs.js'
import { withTables } from '../support/schema.js'
import { sendBatches } from './bare-copy.js'
import type { Workload } from './batches.js'
import { Renderer } from './rendered-batches.js'

const names = storeSales.columns.map(({ name }) => name)
const recomputed = storeSales.columns.filter((column) => column.recomputed)

/** One row a transaction, values drawn by pgbench. */
const scripts = {
  insert: `INSERT INTO bench.store_sales_heap (${names.join(', ')}) VALUES (nextval('bench.ids'), ${names
    .slice(1)
    .map(() => ':v')
    .join(', ')});`,
  update: `UPDATE bench.store_sales_heap SET ${recomputed.map(({ name }) => `${name} = :v`).join(', ')} WHERE ss_id = :id;`,
  delete: 'DELETE FROM bench.store_sales_heap WHERE ss_id = :id;',
}

/** `pgbench` with a script for each kind of change, on the sales only, with four sessions. */
export async function pgbench(
  server: ConnectionOptions,
  work: Workload,
  seconds: number,
): Promise<DisposableContender> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-'))
  const { insert = 1, update = 0, delete: deletes = 0 } = work.mix.ratio ?? {}
  const files = await Promise.all(
    Object.entries(scripts).map(async ([kind, statement]) => {
      const file = join(folder, `${kind}.sql`)
      await writeFile(file, `\\set v random(1, 1000)\n\\set id random(1, ${work.batchSize})\n${statement}\n`)
      return `${file}@${{ insert, update, delete: deletes }[kind]}`
    }),
  )
  const args = ['-n', '-M', 'prepared', '-c', '4', '-j', '2', '-T', String(seconds), ...files.flatMap((f) => ['-f', f])]
  const first = new Renderer(work, 'bench').render([work.first])
  return {
    contender: (): Promise<number> =>
      withTables(server, async ({ client, connection }) => {
        await sendBatches(client, first)
        await client.query(`CREATE SEQUENCE bench.ids START 1000000`)
        const printed = await runClient('pgbench', args, connection)
        return Number(/^tps = ([\d.]+)/m.exec(printed)?.[1])
      }),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  }
}
