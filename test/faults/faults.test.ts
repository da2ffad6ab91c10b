import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { type Arena, openArena } from './arena.js'
import { type Fault, faults } from './kinds.js'

/** About 300 faults of either, instead of a selection. */
const ALL = process.env['CDC_TEST_FAULTS'] === 'all'

/** Milliseconds for one fault, with what comes after it: a server may have to start again. */
const BOUND = 60_000

/** Those that meet open transactions otherwise than a single one. */
const selection = [
  'backend terminated',
  'connection reset before a statement arrives',
  'COMMIT lost on its way',
  'answer to COMMIT lost',
  'server crashed',
  'server crashed at COMMIT',
  'half-open connection',
  'statement cancelled',
  'lock timeout',
  'deadlock',
]

interface Tally {
  readonly fault: string
  struck: number
  retries: number
  resolved: number
}

/** Strikes once, and compares the tables with the ledger when the stream has gone on. */
async function strikeOnce(arena: Arena, fault: string, strike: Fault): Promise<void> {
  const { stream, proxy } = arena
  const { commits } = stream.stats()
  const finish = await strike(arena)
  await stream.step(4)
  await finish?.()
  proxy.onSend = () => undefined
  proxy.onCommit = () => undefined
  expect(stream.stats().commits).toBe(commits + 4)
  const { equal, differences } = await stream.verify()
  expect({ fault, equal, differences }).toEqual({ fault, equal: true, differences: [] })
}

async function withinBound(what: string, work: Promise<void>): Promise<void> {
  const over = new AbortController()
  const late = delay(BOUND, undefined, { signal: over.signal }).then(() => {
    throw new Error(`${what}: nothing came of it in ${BOUND} ms`)
  })
  await Promise.race([work, late]).finally(() => over.abort())
}

test.each([
  ['one writer', {}, ALL ? 21 : 1, Object.keys(faults)],
  [
    'three writers, late commits and rollbacks',
    { writers: 3, lateCommit: 0.2, rollback: 0.2 },
    ALL ? 21 : 3,
    ALL ? Object.keys(faults) : selection,
  ],
])(
  'nothing lost, nothing twice, nothing in part, whatever strikes: %s',
  { timeout: 900_000 },
  async (name, options, times, kinds) => {
    const ratio = { insert: 60, update: 25, delete: 15 }
    await using arena = await openArena(name.length, { ratio, retryFor: 60_000, ...options })
    const { stream } = arena
    await stream.step(2)
    const tallies: Tally[] = []
    for (const fault of kinds) {
      const tally = { fault, struck: 0, retries: 0, resolved: 0 }
      tallies.push(tally)
      while (tally.struck < times) {
        const before = stream.stats()
        tally.struck += 1
        const what = `${fault}, ${tally.struck} of ${times}`
        const begun = performance.now()
        await withinBound(what, strikeOnce(arena, fault, faults[fault]!))
        const { retries, resolved } = stream.stats()
        tally.retries += retries - before.retries
        tally.resolved += resolved - before.resolved
        if (ALL) console.info(`${what}: ${Math.round(performance.now() - begun)} ms`)
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
