import type { VersionChange } from '../ledger/public-ledger.js'

type AnomalySource = 'Adya 1999' | 'Bailis 2014' | 'Berenson 1995' | 'Herlihy 1990' | 'Terry 1994'

/** Where the terms of others are defined. */
export const anomalySources: Readonly<Record<AnomalySource, string>> = {
  'Adya 1999':
    'A. Adya: [Weak Consistency: A Generalized Theory and Optimistic Implementations for Distributed Transactions](https://pmg.csail.mit.edu/papers/adya-phd.pdf). PhD thesis, MIT, 1999.',
  'Bailis 2014':
    'P. Bailis, A. Fekete, A. Ghodsi, J. M. Hellerstein, I. Stoica: [Scalable Atomic Visibility with RAMP Transactions](https://doi.org/10.1145/2588555.2588562). SIGMOD 2014.',
  'Berenson 1995':
    "H. Berenson, P. Bernstein, J. Gray, J. Melton, E. O'Neil, P. O'Neil: [A Critique of ANSI SQL Isolation Levels](https://doi.org/10.1145/223784.223785). SIGMOD 1995.",
  'Herlihy 1990':
    'M. Herlihy, J. Wing: [Linearizability: A Correctness Condition for Concurrent Objects](https://doi.org/10.1145/78969.78972). ACM TOPLAS 12(3), 1990.',
  'Terry 1994':
    'D. Terry, A. Demers, K. Petersen, M. Spreitzer, M. Theimer, B. Welch: [Session Guarantees for Weakly Consistent Replicated Data](https://doi.org/10.1109/PDIS.1994.331722). PDIS 1994.',
}

/** An anomaly in one sentence, and what it is called elsewhere. */
export interface AnomalyMeaning {
  readonly means: string
  /** None where there is no term: the fault is of what read or copied, not between transactions. */
  readonly elsewhere?: string
  readonly sources?: readonly AnomalySource[]
}

/** Keeps the names apart, and the sentences out of the declared type. */
function meanings<Name extends string>(
  rows: Readonly<Record<Name, AnomalyMeaning>>,
): Readonly<Record<Name, AnomalyMeaning>> {
  return rows
}

/**
 * What can be wrong with rows that were read while their tables changed, or with a feed of the changes; the ones that
 * say most first. Others name what transactions do to one another. Only what was read is seen here, so a term says what such a read
 * can be a case of, or what it must not be taken for.
 */
export const anomalyMeanings = meanings({
  'wrong column': {
    means:
      'A column differs in nearly all rows: its values were read as something else than the table has, or it was computed wrongly throughout.',
  },
  'empty table': { means: 'Nothing was read of a table that has rows after the commit that comes nearest.' },
  'out of order': {
    means:
      'What was read is the table at a later commit than was asked for, or than had been sent when it was read; or a commit is there as a whole and one before it is not; or an event is not told in its turn.',
  },
  'stale read': {
    means: 'What was read is the table as it was after an earlier commit than the one that was to be seen.',
    elsewhere:
      'not an anomaly of isolation, which knows no time; linearizability forbids it, and one behind an earlier read breaks monotonic reads',
    sources: ['Herlihy 1990', 'Terry 1994'],
  },
  seam: {
    means:
      'The rows that a feed begins with and the changes that follow do not meet: a commit is in neither, or in both; or the feed begins with a later commit than it was to.',
  },
  'torn transaction': {
    means: 'Some changes of a commit are there and others of the same commit are not, in one table or in several.',
    elsewhere: 'fractured read; read skew (A5A), a case of G-single',
    sources: ['Bailis 2014', 'Berenson 1995', 'Adya 1999'],
  },
  'orphan row': {
    means: 'A row is there without the row of its parent table that it belongs to.',
    elsewhere: 'data item constraint violation (A5), when the two were read one after the other read skew (A5A)',
    sources: ['Berenson 1995'],
  },
  duplicate: { means: 'A row, or an event, is there more than once.' },
  'resurrected delete': { means: 'A row is there, or is not told to be gone, that a commit deleted.' },
  'lost update': {
    means: 'A row shows an earlier version than it should, or an UPDATE is not told.',
    elsewhere:
      'not lost update (P4), in which one writer overwrites another; a version that its own commit replaced is an intermediate read (G1b)',
    sources: ['Berenson 1995', 'Adya 1999'],
  },
  'lost insert': { means: 'A row that a commit inserted is missing, or its INSERT is not told.' },
  'stale current': {
    means: 'In a history, the version that is told to hold is one that a commit has changed or deleted.',
  },
  reopened: { means: 'In a history, a version that had ended is told to hold again.' },
  overlap: { means: 'In a history, two versions of a row hold at the same time.' },
  gap: { means: 'In a history, no version of a row holds at a time at which the row was there.' },
  'lost version': { means: 'A history lacks a version of a row that it should tell, or its DELETE.' },
  'phantom version': {
    means:
      'A history tells a version that was not there at its place: of a row that never was, of a later commit, or twice.',
  },
  'wrong version': { means: 'A history tells a version with values, or bounds, that no commit gave it.' },
  'wrong value': { means: 'A row, or an event, has values that no commit wrote.' },
  phantom: {
    means: 'A row is there, or an event is told, that is not in the table at that commit, or never was.',
    elsewhere:
      'not phantom (P3), a predicate that finds other rows when asked again; a row of a transaction that was rolled back is an aborted read (G1a)',
    sources: ['Berenson 1995', 'Adya 1999'],
  },
})

/** What can be wrong with rows that were read while their table changed. */
export type AnomalyName = keyof typeof anomalyMeanings

/** One thing that is wrong, by its name. */
export interface Anomaly {
  readonly name: AnomalyName
  readonly table: string
  /** The key of the row; for a torn transaction, of the first row that shows it. */
  readonly key: string | undefined
  /** The commit whose change is lost, half there or wrong; undefined for what no commit wrote. */
  readonly commit: number | undefined
  /** The whole of it in words. */
  readonly text: string
  /** What happened to the key, in words; undefined where there is no key. */
  readonly history: string | undefined
}

/** Why what was read is not the table after any commit of the range. */
export interface Mismatch {
  readonly since: number
  readonly until: number
  /** The commit that comes nearest, leaving aside wrong columns and empty tables. */
  readonly nearest: number
  /** Rows that only one of the two has: what was read, or the tables after the nearest commit; leaving aside the same. */
  readonly differing: number
  /** Whether anything was left by which to find that commit. */
  readonly compared: boolean
  /** Whether rows could be identified by their key, or by their group. Otherwise there is nothing but the difference. */
  readonly keyed: boolean
  /** Some of each name, in the order of the names above. */
  readonly anomalies: readonly Anomaly[]
  /** How many anomalies there are in all, and of each name. */
  readonly count: number
  readonly counts: Readonly<Partial<Record<AnomalyName, number>>>
  /** Rows that only one of the two has, the first of them, where they have no key. */
  readonly difference: { readonly missing: readonly string[]; readonly unexpected: readonly string[] }
  /** How many there are of each in all. */
  readonly differenceCounts: { readonly missing: number; readonly unexpected: number }
}

/** Such as `inserted by commit 1, updated by commit 4`; undefined where nothing happened. */
export function historyInWords(changes: readonly Pick<VersionChange, 'commit' | 'kind'>[]): string | undefined {
  const verbs = { insert: 'inserted', update: 'updated', delete: 'deleted' } as const
  const words = changes.map(({ kind, commit }) =>
    commit === 0 ? 'there from the start' : `${verbs[kind]} by commit ${commit}`,
  )
  return words.length === 0 ? undefined : words.join(', ')
}

/** How many anomalies there are of each name. */
export function countNames(anomalies: readonly Anomaly[]): Mismatch['counts'] {
  const counts: Partial<Record<AnomalyName, number>> = {}
  for (const { name } of anomalies) counts[name] = (counts[name] ?? 0) + 1
  return counts
}

/** Such as `2 × lost insert, 1 × phantom`. */
export function countsInWords(counts: Mismatch['counts']): string {
  return Object.entries(counts)
    .map(([name, number]) => `${number} × ${name}`)
    .join(', ')
}
