import type { Batch, Run } from '../../src/plan/batch.js'
import type { PlanInput } from '../../src/plan/plan-input.js'
import { familiesOf, firstNumbers } from '../../src/plan/families/families.js'
import { rowContexts } from '../../src/plan/row-context.js'
import type { Cell } from '../../src/tables/column.js'
import { toPgRow } from '../../src/tables/pg-values.js'
import type { RowSource } from '../../src/tables/table-definition.js'
import type { Row } from '../../src/ledger/change.js'
import { naiveStamp } from './clocked-tables.js'

/** Tables as a database has them: every row is there, and every change is applied to it. */
export class NaiveTables {
  readonly #input: PlanInput
  readonly #sources: readonly RowSource[]
  readonly #tables: readonly Map<string, readonly Cell[]>[]

  constructor(input: PlanInput) {
    this.#input = input
    const contexts = rowContexts(input)
    this.#sources = input.tables.map(({ definition }, table) => definition.rows(contexts[table]!))
    this.#tables = input.tables.map(
      ({ baseline: { images } }) => new Map(images.map((image) => [String(image[0]), image])),
    )
    firstNumbers(familiesOf(input), input.baselineRows).forEach((numbers, table) => {
      for (const number of numbers) this.#put(table, number, 0, { commit: 0 })
    })
  }

  apply(batch: Batch): void {
    batch.runs.forEach(({ kind, table, numbers, versions, before }: Run) => {
      numbers.forEach((number, i) => {
        if (kind === 'delete') this.#tables[table]!.delete(String(this.#cells(table, number, 0)[0]))
        else if (before?.[i] !== versions[i]) this.#put(table, number, versions[i]!, batch)
      })
    })
  }

  /** The cells of every row of a table, by key. */
  cells(table: number): Map<string, readonly Cell[]> {
    return new Map(this.#tables[table]!)
  }

  /** The rows of a table as `pg` returns them, by key. */
  rows(table: number): Map<string, Row> {
    const { columns } = this.#input.tables[table]!.definition
    return new Map([...this.#tables[table]!].map(([key, cells]) => [key, toPgRow(columns, cells)]))
  }

  #put(table: number, number: number, version: number, batch: Pick<Batch, 'commit' | 'begins'>): void {
    const cells = this.#cells(table, number, version)
    const { columns, clock } = this.#input.tables[table]!.definition
    // Rows that stood there before have their own stamps until they are changed.
    const isStamped = clock && (number > 0 || version > 0)
    if (isStamped)
      cells[columns.findIndex(({ name }) => name === clock.column)] = naiveStamp(
        clock,
        columns,
        batch,
        this.#input.seed,
      )
    this.#tables[table]!.set(String(cells[0]), cells)
  }

  #cells(table: number, number: number, version: number): Cell[] {
    const { definition, baseline } = this.#input.tables[table]!
    const { maxKey, images } = baseline
    const source = this.#sources[table]!
    if (number < 0) {
      const cells = [...images[-number - 1]!]
      if (version > 0) source.revise?.(cells, number, version)
      return cells
    }
    const cells = Array<Cell>(definition.columns.length).fill(null)
    cells[0] = maxKey + number
    source.fill(cells, number, version)
    return cells
  }
}
