import type { Change, Row } from '../../src/ledger/change.js'
import type { PlannedLedger } from '../../src/ledger/planned-ledger.js'

/** A change as a feed of transactions tells it. */
export interface Told {
  readonly commit: number
  readonly place: number
  readonly change: Change
}

/** A row of a dimension. */
export interface Version extends Row {
  readonly valid_from: number
  readonly valid_to: number | null
  readonly is_current: boolean
  readonly is_deleted: boolean
}

export interface Dimension {
  readonly deleted: 'close' | 'flag' | 'keep'
  /** The commits after which the job looks, ascending; all of them where it reads the log. */
  readonly looks: readonly number[]
  /** What it stamps a version with. */
  stamp(commit: number): number
}

/** Every change of a table up to a commit. */
export function toldOf(ledger: PlannedLedger, table: string, until: number): Told[] {
  const told: Told[] = []
  for (let commit = 0; commit <= until; commit++) {
    for (const [place, change] of [...ledger.changes(commit)].entries()) {
      if (change.table === table) told.push({ commit, place, change })
    }
  }
  return told
}

/** A dimension of type 2 made by a job that takes events in any order, as often as they come. Knows nothing of the ledger. */
export function dimensionOf(events: readonly Told[], { deleted, looks, stamp }: Dimension): Version[] {
  const byKey = new Map<string, Map<string, Told>>()
  for (const event of events) {
    const own = byKey.get(event.change.key) ?? new Map<string, Told>()
    byKey.set(event.change.key, own.set(`${event.commit}/${event.place}`, event))
  }
  const versions: Version[] = []
  for (const own of byKey.values()) {
    const inOrder = [...own.values()].toSorted((a, b) => a.commit - b.commit || a.place - b.place)
    const life: { row: Row; from: number; to: number | null; isDeleted: boolean }[] = []
    for (const look of looks) {
      const last = inOrder.findLast(({ commit }) => commit <= look)
      if (!last) continue
      const row = last.change.after
      const open = life.at(-1)?.to === null ? life.at(-1) : undefined
      const at = stamp(look)
      if (!row) {
        if (!open || open.isDeleted || deleted === 'keep') continue
        open.to = at
        if (deleted === 'flag') life.push({ row: open.row, from: at, to: null, isDeleted: true })
      } else if (!open || open.isDeleted || JSON.stringify(open.row) !== JSON.stringify(row)) {
        if (open) open.to = at
        life.push({ row, from: at, to: null, isDeleted: false })
      }
    }
    for (const { row, from, to, isDeleted } of life) {
      versions.push({ ...row, valid_from: from, valid_to: to, is_current: to === null, is_deleted: isDeleted })
    }
  }
  return versions
}
