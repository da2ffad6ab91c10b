import { Random } from '../tables/random.js'
import type { Batch, Run } from './batch.js'
import type { Apportionment } from './demand.js'
import type { PlanInput } from './plan-input.js'
import { ShareApportionment } from './share-apportionment.js'
import { TablePlan } from './table-plan.js'
import { WindowApportionment } from './window-apportionment.js'

/** Plans batch after batch. Knows no clock and no database: the same input gives the same batches. */
export class Planner {
  readonly #input: PlanInput
  readonly #tables: readonly TablePlan[]
  readonly #picks: Random
  readonly #apportionment: Apportionment
  #commit = 0

  constructor(input: PlanInput) {
    this.#input = input
    this.#tables = planTables(input)
    this.#picks = new Random(input.seed, 'pick')
    const { mix, batchSize } = input
    const kinships = this.#tables.map(({ parent, children }) => ({ parent: children.length > 0, child: !!parent }))
    this.#apportionment =
      mix.kind === 'windows'
        ? new WindowApportionment(input.seed, kinships, batchSize)
        : new ShareApportionment(mix, batchSize, this.#tables.length)
  }

  /** The number of the last batch that was planned. */
  get commit(): number {
    return this.#commit
  }

  /** The rows that are written as commit 0, before the first batch. To be called first, if at all. */
  static baseline(input: PlanInput): Batch {
    const runs = planTables({ ...input, baselineRows: 0 }).map((table) => {
      table.insertNext(input.baselineRows)
      return table.takeRun('insert')
    })
    return { commit: 0, runs: runs.filter(hasChanges) }
  }

  next(): Batch {
    const tables = this.#tables
    const { batchSize, mix } = this.#input
    const demands = this.#apportionment.demand(this.#commit)
    this.#commit += 1
    const random = this.#picks.at(this.#commit)
    const filling = mix.kind === 'shares' && this.#commit === 1 ? this.#tooFewRows() : tables.map(() => false)
    // Parents come first, so that what they take with them counts as their children's share.
    for (const table of tables) {
      const wanted = filling[table.index] ? 0 : demands[table.index]!.deletes
      table.deleteAny(wanted - table.planned('delete'), random)
    }
    for (const table of tables) {
      const wanted = filling[table.index] ? 0 : demands[table.index]!.updates
      table.updateAny(Math.min(wanted, batchSize - table.planned('delete')), random)
    }
    this.#insertRest()
    for (const table of tables) {
      if (!filling[table.index]) this.#record(table)
    }
    return { commit: this.#commit, runs: this.#takeRuns() }
  }

  /** Which tables begin with INSERTs only. Children that do need as many INSERTs of their parents. */
  #tooFewRows(): boolean[] {
    const few = this.#tables.map((table) => table.liveRows < this.#input.batchSize)
    for (const { index, parent } of this.#tables.toReversed()) {
      if (parent && few[index]) few[parent.index] = true
    }
    return few
  }

  /** An INSERT that finds no parent goes to the parent's table; half of them find one there. */
  #insertRest(): void {
    const inserts = this.#tables.map(
      (table) => this.#input.batchSize - table.planned('delete') - table.planned('update'),
    )
    // What a table passes on to its parent may be what its own children counted on: again, until nothing moves.
    for (let again = true; again;) {
      again = false
      for (const { index, parent, waiting } of this.#tables.toReversed()) {
        if (!parent) continue
        const missing = inserts[index]! - waiting - inserts[parent.index]!
        if (missing <= 0) continue
        const moved = Math.ceil(missing / 2)
        inserts[index]! -= moved
        inserts[parent.index]! += moved
        again = true
      }
    }
    for (const table of this.#tables) table.insertNext(inserts[table.index]!)
  }

  #record(table: TablePlan): void {
    const [updates, deletes] = [table.planned('update'), table.planned('delete')]
    const changes = table.planned('insert') + updates + deletes
    this.#apportionment.record(table.index, { changes, updates, deletes })
  }

  /** Children are deleted before and inserted after their parents; DELETEs and UPDATEs take the strongest locks first. */
  #takeRuns(): Run[] {
    const deletes = this.#tables.toReversed().map((table) => table.takeRun('delete'))
    const updates = this.#tables.map((table) => table.takeRun('update'))
    const inserts = this.#tables.map((table) => table.takeRun('insert'))
    return [...deletes, ...updates, ...inserts].filter(hasChanges)
  }
}

const hasChanges = (run: Run): boolean => run.numbers.length > 0

function planTables(input: PlanInput): TablePlan[] {
  const plans: TablePlan[] = []
  input.tables.forEach(({ parent }, index) => {
    const parentIndex = input.tables.findIndex(({ name }) => name === parent?.table)
    plans.push(new TablePlan(index, input.baseline[index]!.images.length, plans[parentIndex]))
  })
  for (const plan of plans) {
    plan.insertNext(input.baselineRows)
    plan.takeRun('insert')
  }
  return plans
}
