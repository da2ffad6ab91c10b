import type { Batch } from '../../src/plan/batch.js'

const WINDOW = 800

interface Window {
  readonly update: { table: number; number: number }[]
  readonly delete: { table: number; number: number }[]
}

/**
 * The rules of the default mix that a stream of batches breaks: the changes 800i + 1 … 800i + 800, in the order in
 * which they are sent, hold one or two UPDATEs and one or two DELETEs. Of two tables that belong together, two UPDATEs
 * are one of each, and two DELETEs are a row and the row that belongs to it. Windows that are not complete don't count.
 */
export function windowProblems(batches: Iterable<Batch>, related: boolean, firstWindow = 0): string[] {
  const windows: Window[] = []
  let changes = 0
  for (const { runs } of batches) {
    for (const { kind, table, numbers } of runs) {
      for (const number of numbers) {
        const window = (windows[Math.floor(changes / WINDOW)] ??= { update: [], delete: [] })
        if (kind !== 'insert') window[kind].push({ table, number })
        changes += 1
      }
    }
  }
  const complete = windows.slice(firstWindow, Math.floor(changes / WINDOW))
  return complete.flatMap((window, index) => {
    const problems: string[] = []
    const tell = (what: string): void => void problems.push(`window ${index + firstWindow}: ${what}`)
    for (const kind of ['update', 'delete'] as const) {
      const count = window[kind].length
      if (count < 1 || count > 2) tell(`${count} of ${kind}`)
      if (!related || count !== 2) continue
      const [first, second] = window[kind]
      if (first!.table === second!.table) tell(`${kind} twice in table ${first!.table}`)
      if (kind === 'delete' && first!.number !== second!.number) tell('DELETEs of rows that do not belong together')
    }
    return problems
  })
}
