import { sharedWorker } from '../../src/driver/shared-worker.js'
import type { ConnectionOptions } from '../../src/database/connection/connection.js'
import type { Effort } from '../support/effort.js'
import { type Contender, interleave } from '../support/interleave.js'
import { loadDrizzleSeed } from '../support/peers.js'
import { versionOf } from '../support/programs.js'
import { comparison, type Comparison, medianRatio, type PartResult, type Target } from '../support/result.js'
import { rate, withTables } from '../support/schema.js'
import { defaultMix, mixed, type NamedMix } from '../support/settings.js'
import { bareCopy } from './bare-copy.js'
import { workload } from './batches.js'
import { multiRowValues } from './multi-row-values.js'
import { ours } from './ours.js'
import { pgbench } from './pgbench.js'
import { psqlCopy } from './psql-copy.js'
import { rowStatements } from './row-statements.js'

const LIMIT = 'bare COPY, rendered beforehand'
const OURS = 'createCdcStream'
const MULTI = 'multi-row VALUES'
const ROWS = 'one statement per row'
const PREPARED = 'one prepared statement per row'
const PSQL = 'psql \\copy in one transaction'
const DRIZZLE = 'drizzle-seed'
const PGBENCH = 'pgbench, one row a transaction'

/** Changes a transaction, and how many are timed: of the fast contenders and of the slow ones. */
const sizes = [
  { size: 400, changes: 80_000, few: 4_000, leastOfLimit: 0.8 },
  { size: 1_000, changes: 100_000, few: 5_000, leastOfLimit: 0.9 },
  { size: 10_000, changes: 200_000, few: 10_000, leastOfLimit: 0.9 },
]
const leastOfRows = new Map<NamedMix, number>([
  [defaultMix, 20],
  [mixed, 8],
])
const insertsOnly: NamedMix = { name: 'INSERTs only', ratio: { insert: 1 } }

/** How fast changes get into the database, beside what it can take and beside what people use. */
export async function applying(server: ConnectionOptions, effort: Effort): Promise<PartResult> {
  const release = sharedWorker.hold()
  const comparisons: Comparison[] = []
  const targets: Target[] = []
  for (const [mix, times] of leastOfRows) {
    for (const { size, changes, few, leastOfLimit } of sizes) {
      const work = workload(mix, size / 2, Math.max(1, effort.scale(changes) / size))
      const less = workload(mix, size / 2, Math.max(1, effort.scale(few) / size))
      const measured = await interleave(
        {
          [LIMIT]: bareCopy(server, work),
          [OURS]: ours(server, work),
          [MULTI]: multiRowValues(server, less),
          [ROWS]: rowStatements(server, less, false),
          ...(size === 1_000 && { [PREPARED]: rowStatements(server, less, true) }),
        },
        effort,
      )
      const title = `${mix.name}, ${size.toLocaleString('en-US')} changes a transaction`
      comparisons.push(comparison(title, 'changes/s', measured, [LIMIT, OURS, ...[...measured.keys()].filter(isPeer)]))
      const ratio = (other: string): number => medianRatio(measured, OURS, other)
      targets.push(
        { text: `${title}: share of the limit`, value: ratio(LIMIT), limit: leastOfLimit, bound: 'at least' },
        { text: `${title}: × one statement per row`, value: ratio(ROWS), limit: times, bound: 'at least' },
      )
    }
  }
  const others = await besidePrograms(server, effort)
  release()
  return {
    title: 'Applying',
    comparisons: [...comparisons, ...others.comparisons],
    targets: [...targets, ...others.targets],
    notes: [
      'Every run begins on empty tables with primary keys, after a checkpoint; its first batch is not timed.',
      'What the contenders other than `createCdcStream` send is computed before the clock starts, but for drizzle-seed and pgbench.',
      ...others.notes,
    ],
  }
}

const isPeer = (name: string): boolean => name !== LIMIT && name !== OURS

async function besidePrograms(server: ConnectionOptions, effort: Effort): Promise<PartResult> {
  const drizzle = await loadDrizzleSeed()
  const rows = effort.scale(10_000)
  const drizzleSeed: Contender = () =>
    withTables(server, ({ connection }) => rate(rows, () => drizzle.seedSales(connection, rows)))
  const work = workload(insertsOnly, 5_000, Math.max(1, effort.scale(200_000) / 10_000))
  const psql = await versionOf('psql')
  const bench = await versionOf('pgbench')
  await using copy = psql === undefined ? undefined : await psqlCopy(server, work)
  const inserts = await interleave(
    {
      [LIMIT]: bareCopy(server, work),
      ...(copy && { [PSQL]: copy.contender }),
      [OURS]: ours(server, work),
      [DRIZZLE]: drizzleSeed,
    },
    effort,
  )
  const single = workload(mixed, 5_000, 20)
  await using loop = bench === undefined ? undefined : await pgbench(server, single, Math.max(1, effort.scale(2)))
  const singles = loop && (await interleave({ [PGBENCH]: loop.contender, [OURS]: ours(server, single) }, effort))
  const notes = [psql, bench].map(
    (version, i) => version ?? `${['psql', 'pgbench'][i]} is left out: it is not installed.`,
  )
  return {
    title: '',
    comparisons: [
      comparison('INSERTs only, 10,000 a transaction', 'rows/s', inserts, [
        LIMIT,
        ...[PSQL, OURS, DRIZZLE].filter((name) => inserts.has(name)),
      ]),
      ...(singles ? [comparison('70/20/10, as it is used', 'changes/s', singles, [PGBENCH, OURS])] : []),
    ],
    targets: [
      { text: 'INSERTs: × drizzle-seed', value: medianRatio(inserts, OURS, DRIZZLE), limit: 10, bound: 'at least' },
    ],
    notes,
  }
}
