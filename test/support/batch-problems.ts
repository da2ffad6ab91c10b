import type { Batch, Run } from '../../src/plan/batch.js'
import { type Hazards, noHazards } from '../../src/plan/mix/hazards.js'
import type { PlanInput } from '../../src/plan/plan-input.js'

interface TableModel {
  /** The live rows and their versions. */
  readonly live: Map<number, number>
  /** Every row that was ever there, with its last version. */
  readonly inserted: Map<number, number>
  readonly parent: number | undefined
  /** Rows that were passed over in this batch while their parent was live. */
  passedOver: number[]
  /** No number below this one can be inserted any more. */
  next: number
}

/** Follows the batches of a plan row by row, the slow and simple way, and says which rules of design section 5 they break. */
export class BatchChecker {
  readonly #input: PlanInput
  readonly #tables: readonly TableModel[]
  #commit = 0

  constructor(input: PlanInput) {
    this.#input = input
    this.#tables = input.tables.map(({ definition: { parent }, baseline }) => {
      const own = Array.from({ length: input.baselineRows }, (_, i) => i + 1)
      const foreign = Array.from(baseline.images, (_, i) => -i - 1)
      const parentIndex = input.tables.findIndex(({ definition }) => definition.name === parent?.table)
      return {
        live: new Map([...foreign, ...own].map((number) => [number, 0])),
        inserted: new Map([...foreign, ...own].map((number) => [number, 0])),
        parent: parentIndex < 0 ? undefined : parentIndex,
        passedOver: [],
        next: input.baselineRows + 1,
      }
    })
  }

  /** The live rows of a table with their versions, after the last batch. */
  live(table: number): ReadonlyMap<number, number> {
    return this.#tables[table]!.live
  }

  /** Takes the next batch, and returns the rules that it breaks. */
  problems(batch: Batch): string[] {
    const { batchSize, tables } = this.#input
    const problems: string[] = []
    this.#commit += 1
    if (batch.commit !== this.#commit) problems.push(`commit ${batch.commit} instead of ${this.#commit}`)
    const changes = batch.runs.reduce((sum, run) => sum + run.numbers.length, 0)
    const expected = batchSize * tables.length
    if (changes !== expected) problems.push(`${changes} changes instead of ${expected}`)
    problems.push(...this.#orderProblems(batch.runs), ...this.#keyProblems(batch.runs))
    for (const run of batch.runs) problems.push(...this.#apply(run), ...this.#orphans())
    problems.push(...this.#passedOver())
    return problems
  }

  #orderProblems(runs: readonly Run[]): string[] {
    const tables = this.#input.tables.length
    const rank = ({ kind, table }: Run): number =>
      kind === 'delete' ? tables - table : (kind === 'update' ? tables : 2 * tables) + table + 1
    const problems: string[] = []
    let rounds = 1
    runs.forEach((run, i) => {
      const says = `${run.kind} ${run.table}`
      if (run.numbers.length === 0) problems.push(`an empty run: ${says}`)
      if (run.numbers.length !== run.versions.length) problems.push(`${says}: versions are missing`)
      if (new Set(run.numbers).size < run.numbers.length) problems.push(`${says}: a key twice in a run`)
      if (i === 0 || rank(run) > rank(runs[i - 1]!)) return
      // INSERTs of new rows are followed by those of rows that come back.
      const comeBack = this.#hazards.reinsert > 0 && run.kind === 'insert' && rank(run) === rank(runs[i - 1]!)
      if (comeBack && run.numbers[0]! < runs[i - 1]!.numbers[0]!) return
      rounds += 1
      if (this.#hazards.sameKeyChains === 0 || rounds > 3) problems.push(`a run out of order: ${says}`)
    })
    return problems
  }

  #keyProblems(runs: readonly Run[]): string[] {
    if (this.#hazards.sameKeyChains > 0) return []
    const keys = runs.flatMap(({ table, numbers }) => numbers.map((number) => `${table}/${number}`))
    return new Set(keys).size === keys.length ? [] : ['a key twice in a batch']
  }

  get #hazards(): Hazards {
    return this.#input.hazards ?? noHazards
  }

  #apply(run: Run): string[] {
    const { kind, table: index, numbers, versions } = run
    const table = this.#tables[index]!
    const problems: string[] = []
    const returns = kind === 'insert' && table.inserted.has(numbers[0]!)
    if (returns !== (run.again ?? false)) problems.push(`${kind} of ${numbers.join()} of table ${index}: again?`)
    numbers.forEach((number, i) => {
      const says = `${kind} of row ${number} of table ${index}`
      const tell = (problem: string): void => void problems.push(`${says}${problem}`)
      const before = table.live.get(number)
      const version = versions[i]!
      if (kind === 'insert') {
        if (i > 0 && number < numbers[i - 1]!) tell(' instead of a higher one')
        if (before !== undefined) tell(', which is live')
        if (returns) this.#return(table, number, version, tell)
        else this.#insert(table, number, version, tell)
        table.inserted.set(number, version)
        table.live.set(number, version)
        return
      }
      if (before === undefined) tell(', which is not live')
      const isNoop = kind === 'update' && this.#hazards.noopUpdates > 0 && version === before
      if (isNoop && run.before?.[i] !== version) tell(': not said to change nothing')
      if (run.before && run.before[i] !== before) tell(`: version ${run.before[i]} before instead of ${before}`)
      const expected = (before ?? 0) + (kind === 'update' && !isNoop ? 1 : 0)
      if (version !== expected) tell(`: version ${version} instead of ${expected}`)
      table.inserted.set(number, version)
      if (kind === 'update') table.live.set(number, version)
      else table.live.delete(number)
    })
    return problems
  }

  #return(table: TableModel, number: number, version: number, tell: (problem: string) => void): void {
    const last = table.inserted.get(number)
    if (this.#hazards.reinsert === 0 || last === undefined) tell(', which was there before')
    else if (version !== last + 1) tell(`: version ${version} instead of ${last + 1}`)
  }

  #insert(table: TableModel, number: number, version: number, tell: (problem: string) => void): void {
    let next = this.#nextInsert(table)
    // A parent that is gone when its batch commits need not get its child.
    while (this.#hazards.sameKeyChains > 0 && next !== undefined && next < number) {
      table.passedOver.push(next)
      table.next = next + 1
      next = this.#nextInsert(table)
    }
    if (number !== next) tell(` instead of ${next}`)
    if (version !== 0) tell(` in version ${version}`)
    table.next = Math.max(table.next, number + 1)
  }

  #passedOver(): string[] {
    return this.#tables.flatMap((table, index) => {
      const { passedOver, parent } = table
      table.passedOver = []
      const wrong = passedOver.filter((number) => this.#tables[parent!]!.live.has(number))
      return wrong.map((number) => `row ${number} of table ${index} was passed over`)
    })
  }

  /** The lowest number that was never inserted nor passed over, and whose parent is live. */
  #nextInsert(table: TableModel): number | undefined {
    const parent = table.parent === undefined ? undefined : this.#tables[table.parent]!
    while (table.inserted.has(table.next) || (parent && table.next < parent.next && !parent.live.has(table.next))) {
      table.next += 1
    }
    return parent && !parent.live.has(table.next) ? undefined : table.next
  }

  #orphans(): string[] {
    return this.#tables.flatMap(({ live, parent }, index) => {
      if (parent === undefined) return []
      const orphans = [...live.keys()].filter((number) => number > 0 && !this.#tables[parent]!.live.has(number))
      return orphans.map((number) => `row ${number} of table ${index} is an orphan`)
    })
  }
}
