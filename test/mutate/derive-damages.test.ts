import { expect, test } from 'vitest'
import { deriveDamages } from '../../src/mutate/derive-damages.js'
import type { RecordedStatement } from '../../src/wire/watch/watch.js'
import { isHousekeeping } from '../../src/wire/protocol/statement.js'

type Facts = Partial<Omit<RecordedStatement, 'place'>> & { readonly session?: number }

/** A conversation as it is recorded: texts, and what is known beside them. Transactions are followed by BEGIN and COMMIT. */
function conversation(...said: readonly (readonly [string, Facts?])[]): RecordedStatement[] {
  const open = new Set<number>()
  return said.map(([code, { session = 1, ...told } = {}], index) => {
    const transaction = open.has(session) ? 'open' : 'none'
    if (/^begin/i.test(code)) open.add(session)
    if (/^(?:commit|rollback)/i.test(code)) open.delete(session)
    const place = {
      id: `${code}.${index}`,
      number: index + 1,
      statement: code,
      occurrence: 1,
      protocol: 'simple',
      session,
      backend: 0,
      transaction,
      parameters: [],
    } as const
    return {
      place,
      code,
      isHousekeeping: isHousekeeping(code),
      isKept: true,
      numbers: [],
      tags: [code.split(' ')[0]!.toUpperCase()],
      rows: 0,
      hasError: false,
      executes: 0,
      isSuspended: false,
      copies: undefined,
      status: open.has(session) ? 'T' : 'I',
      ...told,
    }
  })
}

const damages = (...said: readonly (readonly [string, Facts?])[]): string[] =>
  deriveDamages(conversation(...said)).map(
    ({ place, words, commitsAt }) =>
      `${place.number} ${words}${commitsAt.length > 0 ? ` @${commitsAt.map(({ number }) => number).join()}` : ''}`,
  )

test('what is done to each statement of a transaction', () => {
  const begin = 'BEGIN ISOLATION LEVEL REPEATABLE READ'
  const read: Facts = { rows: 3, numbers: [{ parameter: 1, value: '7' }] }
  expect(
    damages([begin], ['DELETE FROM c'], ['SELECT a FROM t WHERE a > $1', read], ['UPDATE c SET a = 1'], ['COMMIT']),
  ).toEqual([
    '1 isolation weakened @3,4',
    '2 left out',
    '2 sent twice',
    '3 left out',
    '3 sent twice',
    '3 row 1 of 3 left out',
    '3 row 3 of 3 left out',
    '3 row 3 of 3 doubled',
    '3 parameter $1 (7) made one more',
    '3 parameter $1 (7) made one less',
    '3 transaction split before it @3',
    '4 left out',
    '4 sent twice',
    '4 transaction split before it @4',
    '5 COMMIT made a ROLLBACK',
  ])
})

test('a transaction of one statement is not split, and what sees each commit is not weakened', () => {
  expect(damages(['BEGIN'], ['DELETE FROM c'], ['COMMIT'])).toEqual([
    '2 left out',
    '2 sent twice',
    '3 COMMIT made a ROLLBACK',
  ])
  expect(damages(['BEGIN'], ['DELETE FROM c'], ['DELETE FROM d'], ['ROLLBACK'])).toEqual([
    '2 left out',
    '2 sent twice',
    '3 left out',
    '3 sent twice',
    '3 transaction split before it @3',
  ])
})

test('SET TRANSACTION weakens its transaction, and its second half keeps the level', () => {
  const said = conversation(
    ['BEGIN;'],
    ['SET TRANSACTION ISOLATION LEVEL SERIALIZABLE'],
    ['DELETE FROM c'],
    ['DELETE FROM d'],
    ['COMMIT'],
  )
  const found = deriveDamages(said)
  expect(found.find(({ damage }) => damage.kind === 'isolation-weakened')?.place.number).toBe(2)
  expect(found.map(({ damage }) => damage)).toContainEqual({
    kind: 'transaction-split',
    begin: 'BEGIN ISOLATION LEVEL SERIALIZABLE',
  })
})

test('sessions have transactions of their own', () => {
  const other: Facts = { session: 2 }
  expect(
    damages(
      ['BEGIN'],
      ['DELETE FROM a', other],
      ['DELETE FROM b'],
      ['DELETE FROM c', other],
      ['DELETE FROM d'],
      ['COMMIT'],
    ),
  ).toEqual(expect.arrayContaining(['5 transaction split before it @5']))
})

test.each([
  ['what a driver says by itself', 'SELECT 1', {}],
  ['what fails in any case', 'DELETE FROM nowhere', { hasError: true }],
  ['a savepoint', 'SAVEPOINT a', {}],
  ['a list that leaves a transaction open', 'SELECT a FROM t; BEGIN', { status: 'T' }],
] as const)('not damaged: %s', (_, code, told) => {
  expect(damages([code, told])).toEqual([])
})

test('rows that are copied to the server are left out at once, or not at all', () => {
  expect(damages(['COPY t FROM STDIN', { copies: 'in', tags: ['COPY 3'] }])).toEqual(['1 left out'])
  expect(damages(['COPY t FROM STDIN', { copies: 'in', isKept: false }])).toEqual([])
})

test('a portal whose rows are fetched in parts is not opened twice', () => {
  expect(damages(['SELECT a FROM t', { executes: 2, isSuspended: true, rows: 1 }])).toEqual([
    '1 left out',
    '1 row 1 of 1 left out',
    '1 row 1 of 1 doubled',
  ])
})

test('a list that is a transaction of its own', () => {
  expect(damages(['BEGIN; DELETE FROM t; COMMIT', { tags: ['BEGIN', 'DELETE 1', 'COMMIT'], status: 'I' }])).toEqual([
    '1 left out',
    '1 sent twice',
    '1 COMMIT made a ROLLBACK',
  ])
})
