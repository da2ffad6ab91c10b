import { keyPlaces } from '../../ledger/view.js'
import type { Anomaly } from '../anomaly.js'
import { type Reading } from './reading.js'
import { RowStates } from './row-states.js'

/** A child that was read without its parent, and the number of both. */
export interface Orphan {
  readonly parent: Reading
  readonly number: number
  readonly anomaly: Anomaly
}

/** Finds children whose parents are not among the rows that were read with them. */
export function findOrphans(readings: readonly Reading[]): Orphan[] {
  return readings.flatMap((child) => {
    const { parent: link } = child.table.rows.definition
    const parent = readings.find(({ name }) => name === link?.table)
    const [parents, children] = [parent && !parent.view.filter && numbersOf(parent), numbersOf(child)]
    if (!parent || !parents || !children) return []
    const without = [...children].filter((number) => number > 0 && !parents.has(number))
    return without.map((number) => ({ parent, number, anomaly: describe(child, parent, number) }))
  })
}

function describe(child: Reading, parent: Reading, number: number): Anomaly {
  const [key, parentKey] = [child.table.rows.keyTextOf(number), parent.table.rows.keyTextOf(number)]
  const states = new RowStates(parent, number)
  return {
    name: 'orphan row',
    table: child.name,
    key,
    commit: states.states.at(-1)?.commit,
    text: `orphan row: ${child.name} ${key} is there without ${parent.name} ${parentKey} (${states.toString()})`,
    history: new RowStates(child, number).toString(),
  }
}

/** Undefined where the view does not have the key. */
function numbersOf({ table, view, rows }: Reading): Set<number> | undefined {
  const places = keyPlaces(table.rows.key, view)
  if (!places) return undefined
  const numbers = rows.map((row) => table.rows.numberOf(places.map((place) => row[place])))
  return new Set(numbers.filter((number) => number !== undefined))
}
