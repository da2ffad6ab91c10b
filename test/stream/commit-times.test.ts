import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CommitTimes } from '../../src/stream/commit-log.js'
import { runs } from '../support/arbitraries.js'

/** Times that go on by 0 to 9 milliseconds, by commit. */
function fill(commits: number, pauses: ReadonlySet<number>): { times: CommitTimes; given: Float64Array } {
  const times = new CommitTimes()
  const given = new Float64Array(commits + 1)
  let at = 1_700_000_000_000
  for (let commit = 1; commit <= commits; commit++) {
    at += ((commit * 2_654_435_761) % 10) + (pauses.has(commit) ? 100_000 : 0)
    given[commit] = at
    times.add(commit, at)
  }
  return { times, given }
}

test('the last commits have their very time, and those before one that lies between their neighbours’', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 120_000 }), fc.uniqueArray(fc.nat({ max: 120_000 })), (commits, pauses) => {
      const { times, given } = fill(commits, new Set(pauses))
      let before = 0
      for (let commit = 1; commit <= commits; commit++) {
        const at = times.at(commit)
        if (commit > commits - 16_384 || commit === 1) expect(at).toBe(given[commit])
        if (at < before) expect.fail(`commit ${commit} comes before the one ahead of it`)
        before = at
        // Marks are 64 commits apart at most here.
        const [low, high] = [given[Math.max(1, commit - 64)]!, given[Math.min(commits, commit + 64)]!]
        if (at < low || at > high) expect.fail(`commit ${commit} is at ${at}, not from ${low} to ${high}`)
      }
    }),
    runs(5),
  )
})
