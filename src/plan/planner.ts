import { Random } from '../tables/random.js'
import type { Batch, Run } from './batch.js'
import type { Apportionment, Demand } from './demand.js'
import { noHazards } from './hazards.js'
import type { PlanInput } from './plan-input.js'
import { ROUNDS } from './run-drafts.js'
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
    const hasChains = (input.hazards?.sameKeyChains ?? 0) > 0
    const kinships = this.#tables.map(({ parent, children }) => ({ parent: children.length > 0, child: !!parent }))
    this.#apportionment =
      mix.kind === 'windows'
        ? new WindowApportionment(input.seed, kinships, batchSize, hasChains)
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
      return table.takeRun(0, 'insert')
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
    const wanted = demands.map((demand, index) => (filling[index] ? { updates: 0, deletes: 0 } : demand))
    // Parents come first, so that what they take with them counts as their children's share.
    for (const table of tables) this.#planDeletes(table, wanted[table.index]!, random)
    for (const table of tables) {
      const most = Math.min(wanted[table.index]!.updates, batchSize - table.planned('delete'))
      table.updateAny(most - table.planned('update'), random)
    }
    this.#insertRest(random)
    for (const table of tables) {
      if (!filling[table.index]) this.#record(table)
    }
    const runs = this.#takeRuns()
    for (const table of tables) table.finishChains()
    for (const table of tables) table.settle(runs.filter((run) => run.table === table.index))
    return { commit: this.#commit, runs }
  }

  /** Plans the DELETEs of a table that its parents' have not brought, and the chains. */
  #planDeletes(table: TablePlan, { updates, deletes }: Demand, random: Random): void {
    const { batchSize } = this.#input
    const brought = table.planned('delete')
    const missing = Math.max(0, deletes - brought - expectedDeletes(table, batchSize - updates - deletes))
    const most = batchSize - brought - missing
    const room = { inserts: Math.max(0, most - updates), updates: Math.min(updates, most), deletes: missing }
    table.beginChains(batchSize, room, random)
    table.deleteAny(missing + brought - table.planned('delete'), random)
  }

  /** Which tables begin with INSERTs only. Children that do need as many INSERTs of their parents. */
  #tooFewRows(): boolean[] {
    const few = this.#tables.map((table) => table.rows.live.count < this.#input.batchSize)
    for (const { index, parent } of this.#tables.toReversed()) {
      if (parent && few[index]) few[parent.index] = true
    }
    return few
  }

  /**
   * An INSERT that finds no parent brings a deleted row back, if it may, else goes to the parent's table; half of them
   * find one there.
   */
  #insertRest(random: Random): void {
    const inserts = this.#tables.map(
      (table) => this.#input.batchSize - table.planned('delete') - table.planned('update') - table.planned('insert'),
    )
    const insertAgain = (table: TablePlan, count: number): void => {
      table.insertAgain(count, random)
      inserts[table.index]! -= count
    }
    for (const table of this.#tables) insertAgain(table, table.takeReturns(inserts[table.index]!))
    // What a table passes on to its parent may be what its own children counted on: again, until nothing moves.
    for (let again = true; again;) {
      again = false
      for (const table of this.#tables.toReversed()) {
        const { index, parent, waiting } = table
        if (!parent) continue
        const missing = inserts[index]! - waiting - (inserts[parent.index]! - parent.chains.deletesOfNewRows)
        if (missing > 0) {
          const back = Math.min(missing, table.goneRows)
          insertAgain(table, back)
          const moved = Math.ceil((missing - back) / 2)
          inserts[index]! -= moved
          inserts[parent.index]! += moved
          again = true
        }
        for (; table.chains.ofNewRows > inserts[index]!; again = true)
          inserts[parent.index]! += table.chains.dropOfNewRow()
      }
    }
    for (const table of this.#tables) {
      table.insertNext(inserts[table.index]!)
      table.chainNew(random)
    }
  }

  #record(table: TablePlan): void {
    const [updates, deletes] = [table.planned('update'), table.planned('delete')]
    const changes = table.planned('insert') + updates + deletes
    this.#apportionment.record(table.index, { changes, updates, deletes })
  }

  /**
   * Children are deleted before and inserted after their parents; DELETEs and UPDATEs take the strongest locks first.
   * Further changes of one key come in further rounds of the same order.
   */
  #takeRuns(): Run[] {
    const runs: Run[] = []
    for (let round = 0; round < ROUNDS; round++) {
      for (const table of this.#tables.toReversed()) runs.push(table.takeRun(round, 'delete'))
      for (const table of this.#tables) runs.push(table.takeRun(round, 'update'))
      for (const table of this.#tables) runs.push(table.takeRun(round, 'insert'), table.takeRun(round, 'again'))
    }
    return runs.filter(hasChanges)
  }
}

const hasChanges = (run: Run): boolean => run.numbers.length > 0

/** DELETEs that a parent's new rows bring to a table when they are deleted again in the same batch. */
function expectedDeletes({ parent, waiting, followsDeletes }: TablePlan, inserts: number): number {
  return parent && followsDeletes ? Math.min(parent.chains.deletesOfNewRows, Math.max(0, inserts - waiting)) : 0
}

function planTables(input: PlanInput): TablePlan[] {
  const plans: TablePlan[] = []
  input.tables.forEach(({ parent }, index) => {
    const parentIndex = input.tables.findIndex(({ name }) => name === parent?.table)
    plans.push(
      new TablePlan(index, input.baseline[index]!.images.length, plans[parentIndex], input.hazards ?? noHazards),
    )
  })
  for (const plan of plans) {
    plan.insertNext(input.baselineRows)
    plan.takeRun(0, 'insert')
  }
  return plans
}
