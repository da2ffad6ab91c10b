/** More changes than a commit has. */
const MOST_CHANGES = 2 ** 22

/** A made-up place in a log: grows with every change and every commit, and is exact for 2^31 commits. */
export function logPosition(commit: number, index: number): number {
  return commit * MOST_CHANGES + index
}

/** A made-up MySQL server, whose transactions are numbered like our commits. */
const SERVER_UUID = '6364632d-7374-4265-a16d-000000000001'

/** The global transaction identifier that a MySQL server would give a commit. */
export function gtidOf(commit: number): string {
  return `${SERVER_UUID}:${commit}`
}
