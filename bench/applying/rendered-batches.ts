import type { Batch, Run } from '../../src/plan/batch.js'
import { planRows } from '../../src/plan/table-rows.js'
import { RunRenderer } from '../../src/database/postgres/run-renderer.js'
import { tableStatements, type TableStatements } from '../../src/database/postgres/statements.js'
import { planInput, tables } from '../support/settings.js'
import type { Workload } from './batches.js'

/** A run, ready to be sent. */
export type RenderedRun =
  | { readonly copy: string; readonly bytes: Buffer }
  | { readonly name: string; readonly text: string; readonly values: readonly unknown[] }

/** Renders runs as the writer does, for the same statements. */
export class Renderer {
  readonly #renderers: readonly RunRenderer[]
  readonly #statements: readonly TableStatements[]

  constructor({ mix, batchSize }: Pick<Workload, 'mix' | 'batchSize'>, schema: string) {
    this.#renderers = planRows(planInput(mix, batchSize)).map((rows) => new RunRenderer(rows))
    this.#statements = tables.map((table) => tableStatements(table, schema))
  }

  render(batches: readonly Batch[]): RenderedRun[][] {
    return batches.map(({ runs }) => runs.map((run) => this.#render(run)))
  }

  #render(run: Run): RenderedRun {
    const { kind, table } = run
    const [renderer, statements] = [this.#renderers[table]!, this.#statements[table]!]
    if (kind === 'insert') return { copy: statements.insert, bytes: Buffer.concat([...renderer.copyText(run)]) }
    return { name: `${kind} ${tables[table]!.name}`, text: statements[kind], values: renderer.parameters(run) }
  }
}
