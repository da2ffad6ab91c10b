import type { Batch, Run } from '../../src/plan/batch.js'
import type { PlanInput } from '../../src/plan/plan-input.js'

interface TableModel {
  /** The live rows and their versions. */
  readonly live: Map<number, number>
  /** Every number that was ever inserted. */
  readonly inserted: Set<number>
  readonly parent: number | undefined
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
    this.#tables = input.tables.map(({ parent }, index) => {
      const own = Array.from({ length: input.baselineRows }, (_, i) => i + 1)
      const foreign = Array.from(input.baseline[index]!.images, (_, i) => -i - 1)
      const parentIndex = input.tables.findIndex(({ name }) => name === parent?.table)
      return {
        live: new Map([...foreign, ...own].map((number) => [number, 0])),
        inserted: new Set(own),
        parent: parentIndex < 0 ? undefined : parentIndex,
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
    for (const run of batch.runs) problems.push(...this.#apply(run))
    problems.push(...this.#orphans())
    return problems
  }

  #orderProblems(runs: readonly Run[]): string[] {
    const tables = this.#input.tables.length
    const rank = ({ kind, table }: Run): number =>
      kind === 'delete' ? tables - table : (kind === 'update' ? tables : 2 * tables) + table + 1
    const problems: string[] = []
    runs.forEach((run, i) => {
      if (run.numbers.length === 0) problems.push(`an empty run: ${run.kind} ${run.table}`)
      if (run.numbers.length !== run.versions.length) problems.push(`${run.kind} ${run.table}: versions are missing`)
      if (i > 0 && rank(run) <= rank(runs[i - 1]!)) problems.push(`a run out of order: ${run.kind} ${run.table}`)
    })
    return problems
  }

  #keyProblems(runs: readonly Run[]): string[] {
    const keys = runs.flatMap(({ table, numbers }) => numbers.map((number) => `${table}/${number}`))
    return new Set(keys).size === keys.length ? [] : ['a key twice in a batch']
  }

  #apply({ kind, table: index, numbers, versions }: Run): string[] {
    const table = this.#tables[index]!
    const problems: string[] = []
    numbers.forEach((number, i) => {
      const says = `${kind} of row ${number} of table ${index}`
      const before = table.live.get(number)
      const version = versions[i]!
      if (kind === 'insert') {
        const next = this.#nextInsert(table)
        if (number !== next) problems.push(`${says} instead of ${next}`)
        if (version !== 0) problems.push(`${says} in version ${version}`)
        if (table.inserted.has(number)) problems.push(`${says}, which was there before`)
        table.inserted.add(number)
        table.live.set(number, version)
        return
      }
      if (before === undefined) problems.push(`${says}, which is not live`)
      const expected = (before ?? 0) + (kind === 'update' ? 1 : 0)
      if (version !== expected) problems.push(`${says}: version ${version} instead of ${expected}`)
      if (kind === 'update') table.live.set(number, version)
      else table.live.delete(number)
    })
    return problems
  }

  /** The lowest number that was never inserted, and whose parent is live. */
  #nextInsert(table: TableModel): number | undefined {
    const parent = table.parent === undefined ? undefined : this.#tables[table.parent]!
    while (table.inserted.has(table.next) || (parent?.inserted.has(table.next) && !parent.live.has(table.next))) {
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
