import { expect, test } from 'vitest'
import { openArena } from './arena.js'
import { faults } from './kinds.js'

/** Each kind so many times: a selection, or about 300 faults in all. */
const TIMES = process.env['CDC_TEST_FAULTS'] === 'all' ? 21 : 1

interface Tally {
  fault: string
  struck: number
  retries: number
  resolved: number
}

test.each([
  ['one writer', {}],
  ['three writers, late commits and rollbacks', { writers: 3, lateCommit: 0.2, rollback: 0.2 }],
])(
  'nothing lost, nothing twice, nothing in part, whatever strikes: %s',
  { timeout: 900_000 },
  async (name, options) => {
    const ratio = { insert: 60, update: 25, delete: 15 }
    await using arena = await openArena(name.length, { ratio, retryFor: 60_000, ...options })
    const { stream, proxy } = arena
    await stream.step(2)
    const tallies: Tally[] = []
    for (const [fault, strike] of Object.entries(faults)) {
      const tally = { fault, struck: 0, retries: 0, resolved: 0 }
      tallies.push(tally)
      for (; tally.struck < TIMES; tally.struck++) {
        const before = stream.stats()
        const finish = await strike(arena)
        await stream.step(4)
        await finish?.()
        proxy.onSend = () => undefined
        proxy.onCommit = () => undefined
        const { commits, retries, resolved } = stream.stats()
        expect(commits).toBe(before.commits + 4)
        tally.retries += retries - before.retries
        tally.resolved += resolved - before.resolved
        const { equal, differences } = await stream.verify()
        expect({ fault, equal, differences }).toEqual({ fault, equal: true, differences: [] })
      }
    }
    console.info(`Faults with ${name}, after each of which the tables equalled the ledger:`)
    console.table(tallies)
    const summary = await stream.stop()
    expect(summary.retries).toBe(tallies.reduce((sum, { retries }) => sum + retries, 0))
    expect(summary.resolved).toBe(tallies.reduce((sum, { resolved }) => sum + resolved, 0))
    expect(summary.resolved).toBeGreaterThan(0)
  },
)
