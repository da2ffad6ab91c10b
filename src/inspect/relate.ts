import type { Demands } from './demands.js'
import { type DraftTable, isKeyOf } from './draft-table.js'
import { canFollow, type ForeignKey, foreignKeysOf, nullColumns } from './foreign-key.js'
import type { Lines } from './lines.js'
import { holding, type Member } from './member.js'
import { targetOf, ValueSources } from './value-sources.js'

/**
 * Decides what every foreign key points at. Those of a table whose columns are also in others have to lead to one row.
 *
 * @param tables those that others point at come first
 */
export function relate(tables: readonly DraftTable[], lines: Lines, demands: Demands): Member[] {
  const sources = new ValueSources()
  return tables.map((table, place) => new Relating(table, tables, place, lines, demands, sources).member)
}

type List = 'above' | 'refers' | 'trees' | 'selves' | 'apart' | 'circular' | 'loose' | 'torn'

class Relating {
  readonly member: Member & { readonly [K in List]: ForeignKey[] } & { readonly deciders: Map<string, ForeignKey> }
  readonly #name: string
  readonly #demands: Demands
  readonly #sources: ValueSources

  constructor(
    table: DraftTable,
    tables: readonly DraftTable[],
    place: number,
    lines: Lines,
    demands: Demands,
    sources: ValueSources,
  ) {
    this.#name = table.source.name
    this.#demands = demands
    this.#sources = sources
    const lists = { above: [], refers: [], trees: [], selves: [], apart: [], circular: [], loose: [], torn: [] }
    this.member = { table, parent: lines.parentOf(this.#name), ...lists, deciders: new Map() }
    sources.add(this.member)
    const line = lines.above(this.#name)
    const [above, others]: ForeignKey[][] = [[], []]
    for (const key of foreignKeysOf(table)) {
      const other = key.isNear ? tables.findIndex(({ source }) => source.name === key.table) : -1
      const isNull = key.columns.some((column) => table.checks.fixed.get(column) === 'null')
      if (other < 0 || isNull || !canFollow(key, table, tables[other]!)) this.member.loose.push(key)
      else if (other > place) this.member.circular.push(key)
      else if (line.includes(key.table)) above!.push(key)
      else others!.push(key)
    }
    const nearness = ({ table: upper }: ForeignKey): number => line.indexOf(upper)
    for (const key of above!.toSorted((a, b) => nearness(a) - nearness(b))) this.#hang(key)
    for (const key of others!) {
      if (key.table === this.#name) this.#pointAtOwn(key, foreignKeysOf(table))
      else this.#refer(key)
    }
  }

  #hang(key: ForeignKey): void {
    this.member.above.push(key)
    if (this.#agrees(key)) {
      this.#decide(key)
      return
    }
    // Where both point at rows of one number, their keys are the same as long as tables count alike.
    this.member.torn.push(key)
    this.#demands.pair(this.#name, key.table)
    for (const column of key.columns) {
      const other = this.member.deciders.get(column)
      if (other && this.member.above.includes(other)) this.#demands.pair(this.#name, other.table)
    }
    this.#decide(key)
  }

  #refer(key: ForeignKey): void {
    const isOpen = nullColumns(key, this.member.table, holding(this.member)).length > 0
    if (!this.#demands.isStill(this.#name, key) && this.#agrees(key)) {
      this.member.refers.push(key)
      this.#decide(key)
      return
    }
    this.member.apart.push(key)
    if (!isOpen) this.#demands.hang(this.#name, key)
  }

  #pointAtOwn(key: ForeignKey, all: readonly ForeignKey[]): void {
    const { table, deciders, trees, apart, selves, torn } = this.member
    const targets = all.filter((one) => one.table === this.#name).flatMap(({ tableColumns }) => tableColumns)
    const isFree = key.columns.every(
      (column) => !isKeyOf(table, column) && !deciders.has(column) && !targets.includes(column),
    )
    const isFixed = key.tableColumns.every((column) => !deciders.has(column))
    if (isFree && isFixed && !this.#demands.isStill(this.#name, key)) {
      trees.push(key)
      this.#decide(key)
    } else if (nullColumns(key, table, holding(this.member)).length > 0) apart.push(key)
    else {
      selves.push(key)
      if (!this.#agrees(key)) torn.push(key)
      this.#decide(key)
    }
  }

  /** Whether what has been decided of its columns is what it asks for. */
  #agrees(key: ForeignKey): boolean {
    const { table, above, deciders, selves } = this.member
    return key.columns.every((column) => {
      if (isKeyOf(table, column)) {
        if (above.includes(key)) return true
      } else if (!deciders.has(column)) return true
      if (selves.includes(key) && targetOf(key, column) === column) return true
      return this.#sources.origin(this.#name, column) === this.#sources.through(this.#name, key, column)
    })
  }

  #decide(key: ForeignKey): void {
    const { table, deciders } = this.member
    for (const column of key.columns) {
      if (isKeyOf(table, column) || deciders.has(column)) continue
      deciders.set(column, key)
      if (key.table === this.#name) continue
      // What a row refers to is known to that row alone.
      const { reference } = this.#sources.of(key.table, targetOf(key, column))
      if (!reference) continue
      const owner = this.#sources.holder(reference)
      if (reference.table === owner) this.#demands.still(owner, reference)
      else this.#demands.hang(owner, reference)
    }
  }
}
