import type { Change, Row } from '../../src/ledger/change.js'

interface Decoded {
  readonly kind: string
  readonly table: string
  readonly before: (string | null)[] | undefined
  readonly after: (string | null)[] | undefined
}

/** Consecutive changes of one kind on one table, in no order: a run is a set. */
export function decodedRuns(changes: Iterable<Decoded>): string[][] {
  const groups: { name: string; members: string[] }[] = []
  for (const { kind, table, before, after } of changes) {
    const name = `${kind} ${table}`
    if (groups.at(-1)?.name !== name) groups.push({ name, members: [] })
    groups.at(-1)!.members.push(JSON.stringify({ before, after }))
  }
  return groups.map(({ name, members }) => [name, ...members.toSorted()])
}

/** The same of the changes that the ledger tells. */
export function ledgerRuns(changes: Iterable<Change>): string[][] {
  const decoded = Array.from(changes, ({ kind, table, before, after }) => ({
    kind,
    table,
    before: before && texts(before),
    after: after && texts(after),
  }))
  return decodedRuns(decoded)
}

function texts(row: Row): (string | null)[] {
  return Object.values(row).map((value) => (value === null ? null : String(value)))
}
