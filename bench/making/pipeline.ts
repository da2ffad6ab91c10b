import { connect } from '../../src/database/postgres/connect.js'
import type { ConnectionOptions } from '../../src/database/connection/connection.js'
import { LookAhead } from '../../src/plan/overlap/look-ahead.js'
import { Planner } from '../../src/plan/planner.js'
import { planRows } from '../../src/plan/table-rows.js'
import { BatchWriter } from '../../src/writer/batch-writer.js'
import { RunRenderer } from '../../src/database/postgres/run-renderer.js'
import { type NamedMix, planInput, tables } from '../support/settings.js'

const EVENTS = { commitSent: () => {}, retry: () => Promise.resolve(), resolved: () => {} }

/** Plans, renders and sends so many batches, and returns how many changes that were a second. */
export async function runPipeline(
  connection: ConnectionOptions,
  mix: NamedMix,
  batchSize: number,
  batches: number,
): Promise<number> {
  const input = planInput(mix, batchSize)
  const planned = new LookAhead(new Planner(input), 0)
  const writer = new BatchWriter(
    {
      client: await connect(connection),
      backend: { pid: 0, start: '' },
      dialect: { name: 'postgres', version: '', segments: 0, tableLocks: false },
      searchPath: '',
      refused: [], seesWaits: true,
    },
    {
      connection,
      tables: tables.map(({ name }) => name),
      rows: planRows(input),
      retryFor: 0,
      answerWithin: 60_000,
      events: EVENTS,
    },
  )
  await writer.write(planned.next())
  const begun = performance.now()
  for (let left = batches; left > 0; left--) await writer.write(planned.next(), { upcoming: () => planned.peek() })
  const rate = (batches * batchSize * tables.length * 1000) / (performance.now() - begun)
  await writer.close()
  return rate
}

/** The same without sending anything: plans and renders so many batches, and returns how many changes that were a second. */
export async function runWithoutSending(mix: NamedMix, batchSize: number, batches: number): Promise<number> {
  const input = planInput(mix, batchSize)
  const planner = new Planner(input)
  const renderers = planRows(input).map((rows) => new RunRenderer(rows))
  const renderNext = (): void => {
    for (const run of planner.next().runs) {
      const renderer = renderers[run.table]!
      if (run.kind === 'insert') renderer.wholeCopyText(run)
      else renderer.parameters(run)
    }
  }
  renderNext()
  const begun = performance.now()
  for (let left = batches; left > 0; left--) renderNext()
  return (batches * batchSize * tables.length * 1000) / (performance.now() - begun)
}
