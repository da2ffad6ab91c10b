import { planRows } from '../../src/plan/table-rows.js'
import { CopyText } from '../../src/tables/copy-text.js'
import { toPgRow } from '../../src/tables/pg-values.js'
import type { ConnectionOptions } from '../../src/database/connection/connection.js'
import type { Effort } from '../support/effort.js'
import { interleave } from '../support/interleave.js'
import { loadDrizzleSeed, loadFaker } from '../support/peers.js'
import { comparison, medianRatio, type PartResult } from '../support/result.js'
import { rate, withTables } from '../support/schema.js'
import { defaultMix, mixed, planInput } from '../support/settings.js'
import { runPipeline, runWithoutSending } from './pipeline.js'
import { sampleSales } from './sampled-rows.js'
import { startNullPostgres } from './start-null-postgres.js'

const TEXT = 'COPY text'
const OBJECTS = 'row objects'
const DRIZZLE = 'drizzle-seed, its statements thrown away'
const CHUNK = 0x10000

/** How fast rows are made, beside others that make rows, and whether that ever holds up the database. */
export async function making(server: ConnectionOptions, effort: Effort): Promise<PartResult> {
  const [drizzle, faker] = await Promise.all([loadDrizzleSeed(), loadFaker()])
  const [many, some, few] = [effort.scale(500_000), effort.scale(100_000), effort.scale(10_000)]
  const made = await interleave(
    {
      [DRIZZLE]: () => rate(few, () => drizzle.makeSales(few)),
      [TEXT]: async () => rate(many, async () => makeText(many)),
      [OBJECTS]: async () => rate(some, async () => makeObjects(some)),
      '@faker-js/faker': async () => rate(few, async () => fakeText(few, faker.makeSale)),
      'fast-check, sampled': async () => rate(few, async () => sampleSales(few)),
    },
    effort,
  )
  await using nothing = await startNullPostgres()
  const pipelines = new Map<string, readonly number[]>()
  for (const mix of [defaultMix, mixed]) {
    const batches = Math.ceil(effort.scale(100_000) / 1000)
    const found = await interleave(
      {
        [`${mix.name}, with it`]: () =>
          withTables(server, ({ connection }) => runPipeline(connection, mix, 500, batches)),
        [`${mix.name}, sent to nobody`]: () => runPipeline(nothing.connection, mix, 500, batches),
        [`${mix.name}, sent nowhere`]: () => runWithoutSending(mix, 500, batches),
      },
      effort,
    )
    for (const [name, values] of found) pipelines.set(name, values)
  }
  const groups = [defaultMix, mixed].map(
    ({ name }) => [`${name}, with it`, `${name}, sent to nobody`, `${name}, sent nowhere`] as const,
  )
  return {
    title: 'Making rows',
    comparisons: [
      comparison('rows of store_sales_heap, one core', 'rows/s', made, [
        DRIZZLE,
        ...[...made.keys()].filter((name) => name !== DRIZZLE),
      ]),
      ...groups.map((group) => comparison('the database, 1,000 changes a transaction', 'changes/s', pipelines, group)),
    ],
    targets: [
      { text: 'COPY text: rows a second', value: comparedRate(made.get(TEXT)!), limit: 1_000_000, bound: 'at least' },
      { text: 'COPY text: × drizzle-seed', value: medianRatio(made, TEXT, DRIZZLE), limit: 100, bound: 'at least' },
      ...groups.flatMap(([present, ...absent]) =>
        absent.map(
          (name) =>
            ({
              text: `pipeline, ${name}: × with the database`,
              value: medianRatio(pipelines, name, present),
              limit: 5,
              bound: 'at least',
            }) as const,
        ),
      ),
    ],
    notes: [
      'fast-check and faker draw every column by itself; the others know nothing of tickets, prices that add up, or updates.',
      'Sent to nobody: in place of the database stands a server that says yes to everything, on a thread of its own; planning, rendering, `pg` and the socket are the same. Sent nowhere: planned and rendered only.',
    ],
  }
}

const comparedRate = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!

function makeText(count: number): void {
  const sales = planRows(planInput(defaultMix, 1))[0]!
  const text = new CopyText(sales.definition.columns, CHUNK + 0x400)
  for (let number = 1; number <= count; number++) {
    text.writeRow(sales.load(number, 0))
    if (text.length >= CHUNK) text.take()
  }
}

function makeObjects(count: number): void {
  const sales = planRows(planInput(defaultMix, 1))[0]!
  for (let number = 1; number <= count; number++) toPgRow(sales.definition.columns, sales.load(number, 0))
}

function fakeText(count: number, makeSale: () => readonly unknown[]): void {
  for (let number = 0; number < count; number++) makeSale().join('\t')
}
