import { describe, expect, test } from 'vitest'
import { spread, strikeTrials } from '../../src/explore/trial.js'
import { defaultFaults, type FaultKind, faultKinds, faultsAt } from '../../src/wire/faults/fault.js'
import type { Place } from '../../src/wire/place.js'
import { WireTally } from '../../src/wire/session/wire-tally.js'

const place = (statement: string, transaction: Place['transaction'] = 'none'): Place => ({
  id: `${statement}.1`,
  number: 1,
  statement,
  occurrence: 1,
  protocol: 'simple',
  session: 1,
  backend: 1,
  transaction,
  parameters: [],
})

const at = (statement: string, transaction?: Place['transaction']): readonly FaultKind[] =>
  faultsAt(place(statement, transaction), faultKinds)

describe('faults at a statement', () => {
  test.each(['COMMIT', 'commit work', 'END;', 'end transaction', 'COMMIT AND NO CHAIN'])('%s', (statement) => {
    const kinds = at(statement, 'open')
    expect(kinds).toEqual(expect.arrayContaining(['commit-done', 'commit-undone', '40001', 'restart', 'half-open']))
    expect(kinds).not.toContain('cut-before')
  })

  test.each([
    ['COMMIT', 'none'],
    ['COMMIT', 'failed'],
    ["COMMIT PREPARED 'x'", 'none'],
    ['BEGIN; INSERT INTO a VALUES (1); COMMIT', 'none'],
    ['SELECT 1', 'open'],
  ] as const)('%s, with a transaction that is %s, is no COMMIT', (statement, transaction) => {
    const kinds = at(statement, transaction)
    expect(kinds).toEqual(expect.arrayContaining(['cut-before', 'cut-after']))
    expect(kinds).not.toContain('commit-done')
  })

  test.each(['BEGIN', 'START TRANSACTION', 'ROLLBACK', "SET search_path = 'a'", 'SAVEPOINT a'])(
    '%s cannot fail so',
    (statement) => expect(at(statement, 'open')).not.toContain('40001'),
  )

  test.each(['BEGIN; SELECT 1', 'LOCK a', 'COPY a FROM STDIN', '/* why */ UPDATE a SET b = 1'])('%s can', (statement) =>
    expect(at(statement)).toEqual(expect.arrayContaining(['40001', '40P01', '57014', '53300'])),
  )

  test('nothing fails in a transaction that has', () => {
    expect(at('SELECT 1', 'failed')).not.toContain('40001')
  })
})

test('each kind is tried at each place, and where a connection begins', () => {
  const scene = {
    places: [place('SELECT 1'), place('SELECT 2')],
    passages: [],
    stats: { ...new WireTally().stats(), sessions: 1 },
  }
  const trials = strikeTrials(scene, defaultFaults, { lateBy: 1, restartFor: 1 })
  const names = trials.map(([only]) => `${only?.place.id} ${only?.deed.done === 'strike' ? only.deed.fault.kind : ''}`)
  expect(new Set(names).size).toBe(names.length)
  expect(names[0]).toBe('connection.1 53300')
  expect(names).toHaveLength(1 + 2 * 7)
})

test('the first ones of what is spread are of all of it', () => {
  const list = Array.from({ length: 100 }, (_, index) => index)
  const all = spread(list)
  expect(all.toSorted((a, b) => a - b)).toEqual(list)
  const first = all.slice(0, 10).toSorted((a, b) => a - b)
  const gaps = first.slice(1).map((each, index) => each - first[index]!)
  expect(Math.max(...gaps)).toBeLessThan(30)
})
