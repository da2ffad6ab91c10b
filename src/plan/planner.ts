import { isNeverUpdated } from '../tables/never-updated.js'
import { Random } from '../tables/random.js'
import type { Batch, Run } from './batch.js'
import type { Family } from './families/family.js'
import { areExtended, familiesOf } from './families/families.js'
import type { Apportionment, Demand } from './mix/apportionment.js'
import { noHazards } from './mix/hazards.js'
import type { PlanInput } from './plan-input.js'
import { ROUNDS } from './run-drafts.js'
import { ShareApportionment } from './mix/share-apportionment.js'
import { type Fits, TablePlan } from './table-plan.js'
import { WindowApportionment } from './mix/window-apportionment.js'

/** Plans batch after batch. Knows no clock and no database: the same input gives the same batches. */
export class Planner {
  readonly #input: PlanInput
  readonly #tables: readonly TablePlan[]
  readonly #picks: Random
  readonly #apportionment: Apportionment
  /** Whether rows have several children, or none, or point at others. */
  readonly #isExtended: boolean
  #commit = 0

  constructor(input: PlanInput) {
    this.#input = input
    this.#tables = planTables(input)
    this.#isExtended = areExtended(this.#tables.map(({ family }) => family))
    this.#picks = new Random(input.seed, 'pick')
    const { mix, batchSize } = input
    const hasChains = (input.hazards?.sameKeyChains ?? 0) > 0
    const kinships = this.#tables.map(({ index, parent, children }) => ({
      parent: children.length > 0,
      child: !!parent,
      isUpdated: this.#isUpdated(index),
    }))
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
    const deletable = this.#isExtended ? this.#tables.map(({ rows }) => rows.deletable.count) : undefined
    const demands = this.#apportionment.demand(this.#commit, deletable)
    this.#commit += 1
    const random = this.#picks.at(this.#commit)
    const filling = mix.kind === 'shares' && this.#commit === 1 ? this.#tooFewRows() : new Set<TablePlan>()
    for (const table of tables) {
      const demand = (!filling.has(table) && demands[table.index]) || NOTHING
      table.demand = this.#isUpdated(table.index) ? demand : { ...demand, updates: 0 }
    }
    // Parents come first, so that what they take with them counts as their children's share.
    for (const table of tables) this.#planDeletes(table, random)
    for (const table of tables) {
      const most = Math.min(table.demand.updates, batchSize - table.planned('delete'))
      table.updateAny(most - table.planned('update'), random)
    }
    this.#insertRest(random)
    for (const table of tables) {
      if (!filling.has(table)) this.#record(table)
    }
    const runs = this.#takeRuns()
    for (const table of tables) table.finishChains()
    for (const table of tables) table.settle(runs.filter((run) => run.table === table.index))
    return { commit: this.#commit, runs }
  }

  #isUpdated(table: number): boolean {
    return !isNeverUpdated(this.#input.tables[table]!.definition)
  }

  /** Plans the DELETEs of a table that its parents' have not brought, and the chains. */
  #planDeletes(table: TablePlan, random: Random): void {
    const { updates, deletes } = table.demand
    const { batchSize } = this.#input
    const brought = table.planned('delete')
    const missing = Math.max(0, deletes - brought - expectedDeletes(table, batchSize - updates - deletes))
    const most = batchSize - brought - missing
    const room = { inserts: Math.max(0, most - updates), updates: Math.min(updates, most), deletes: missing }
    table.beginChains(batchSize, room, this.#fits, random)
    table.deleteAny(missing + brought - table.planned('delete'), this.#fits, random)
  }

  /** Where rows have one child at most, none brings more DELETEs than the batch has room for. */
  readonly #fits: Fits = (table, number) => {
    let together = 1
    const fitsAll = ({ children }: TablePlan, first: number, last: number): boolean =>
      children.every((child) => {
        const [from, to] = [child.family.firstOf(first), child.family.firstOf(last + 1) - 1]
        const rows = child.countLive(from, to)
        together += rows
        return child.planned('delete') + rows <= child.demand.room && fitsAll(child, from, to)
      })
    if (!this.#isExtended || number < 0) return true
    return fitsAll(table, number, number) && together <= this.#apportionment.together
  }

  /** Which tables begin with INSERTs only. Children that do need as many INSERTs of their parents. */
  #tooFewRows(): ReadonlySet<TablePlan> {
    const few = new Set(this.#tables.filter((table) => table.rows.live.count < this.#input.batchSize))
    for (const table of this.#tables.toReversed()) {
      if (table.parent && few.has(table)) few.add(table.parent)
    }
    return few
  }

  /**
   * An INSERT that finds no parent brings a deleted row back, if it may, else goes to the parent's table; half of them
   * find one there.
   */
  #insertRest(random: Random): void {
    const insertAgain = (table: TablePlan, count: number): void => {
      table.insertAgain(count, random)
      table.inserts -= count
    }
    for (const table of this.#tables) {
      const planned = table.planned('delete') + table.planned('update') + table.planned('insert')
      table.inserts = this.#input.batchSize - planned
    }
    for (const table of this.#tables) insertAgain(table, table.takeReturns(table.inserts))
    if (this.#isExtended) return this.#insertRelatives(random)
    // What a table passes on to its parent may be what its own children counted on: again, until nothing moves.
    for (let again = true; again;) {
      again = false
      for (const table of this.#tables.toReversed()) {
        const { parent, waiting } = table
        if (!parent) continue
        const missing = table.inserts - waiting - (parent.inserts - parent.chains.deletesOfNewRows)
        if (missing > 0) {
          const back = Math.min(missing, table.goneRows)
          insertAgain(table, back)
          const moved = Math.ceil((missing - back) / 2)
          table.inserts -= moved
          parent.inserts += moved
          again = true
        }
        for (; table.chains.ofNewRows > table.inserts; again = true) parent.inserts += table.chains.dropOfNewRow()
      }
    }
    for (const table of this.#tables) {
      table.insertNext(table.inserts)
      table.chainNew(random)
    }
  }

  /** What finds no room goes half to the table that keeps it from having some, half to the room that it gets thereby. */
  #insertRelatives(random: Random): void {
    const place = (table: TablePlan, count: number): void => {
      const left = table.insertNext(count)
      const back = Math.min(left, table.goneRows)
      table.insertAgain(back, random)
      const blocker = left > back ? table.findBlocker() : undefined
      if (!blocker) return
      const half = Math.ceil((left - back) / 2)
      place(blocker, half)
      place(table, left - back - half)
    }
    for (const table of this.#tables) {
      let left = table.insertNext(table.inserts)
      const inserted = table.inserts - left
      while (table.chains.ofNewRows > inserted) left += table.chains.dropOfNewRow()
      table.chainNew(random)
      place(table, left)
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
    for (const round of ROUNDS) {
      for (const table of this.#tables.toReversed()) runs.push(table.takeRun(round, 'delete'))
      for (const table of this.#tables) runs.push(table.takeRun(round, 'update'))
      for (const table of this.#tables) runs.push(table.takeRun(round, 'insert'), table.takeRun(round, 'again'))
    }
    return runs.filter(hasChanges)
  }
}

const NOTHING: Demand = { updates: 0, deletes: 0, room: 0 }

const hasChanges = (run: Run): boolean => run.numbers.length > 0

/** DELETEs that a parent's new rows bring to a table when they are deleted again in the same batch. */
function expectedDeletes({ parent, waiting, followsDeletes }: TablePlan, inserts: number): number {
  return parent && followsDeletes ? Math.min(parent.chains.deletesOfNewRows, Math.max(0, inserts - waiting)) : 0
}

function planTables(input: PlanInput): TablePlan[] {
  const families = familiesOf(input)
  const canFollow = !areExtended(families)
  const plans: TablePlan[] = []
  const planOf = (family: Family | undefined): TablePlan | undefined => plans[family ? families.indexOf(family) : -1]
  families.forEach((family, index) => {
    const relatives = { family, parent: planOf(family.parent), referred: family.refers.map(planOf), canFollow }
    const foreignRows = input.tables[index]!.baseline.images.length
    plans.push(new TablePlan(index, foreignRows, relatives, input.hazards ?? noHazards))
  })
  for (const plan of plans) {
    plan.insertNext(input.baselineRows)
    plan.takeRun(0, 'insert')
  }
  return plans
}
