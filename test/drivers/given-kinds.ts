import { valueAt } from '../../src/match/given/given-rows.js'
import { typeName } from '../../src/tables/types/value-text.js'
import { columns } from './table.js'

/** What a driver made of `int8`, `numeric`, `bool` and `date`: the type of a value that is not NULL. Not to be asked in UTC. */
export function givenKinds(rows: Iterable<object>, named: (column: string) => string): string[] {
  const list = [...rows]
  return ['id', 'exact', 'flag', 'day'].map((name) => {
    const index = columns.findIndex((column) => column.name === name)
    const value = list.map((row) => valueAt(row, index, named(name))).find((candidate) => candidate !== null)
    return value instanceof Date ? `Date, ${midnightOf(value)}` : typeName(value)
  })
}

function midnightOf(date: Date): string {
  if (new Date(date).setHours(0, 0, 0, 0) === date.getTime()) return 'local midnight'
  return date.getTime() % 86_400_000 === 0 ? 'midnight UTC' : 'no midnight'
}
