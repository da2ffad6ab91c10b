import { describe, expect, test } from 'vitest'
import * as wire from '../support/messages.js'
import { letters, readable, type Talk, tags, useDamaged } from '../support/use-damaged.js'

const { bind, describePortal, execute, parse, query, sync } = wire

/** How clients say the same. */
type Saying = (statements: readonly string[]) => Talk

const protocols: readonly (readonly [string, Saying])[] = [
  ['simple queries', (statements) => statements.map((sql) => [query(sql)])],
  [
    'unnamed statements',
    (statements) => statements.map((sql) => [parse(sql), bind(), describePortal(), execute(), sync]),
  ],
  [
    'statements that were prepared before',
    (statements) => [
      ...statements.map((sql, index) => [parse(sql, `s${index}`), sync]),
      ...statements.map((_, index) => [bind([], `s${index}`), execute(), sync]),
    ],
  ],
  [
    'named portals',
    (statements) =>
      statements.map((sql, index) => {
        const portal = `p${index}`
        return [parse(sql), bind([], '', portal), describePortal(portal), execute(0, portal), sync]
      }),
  ],
  [
    'one pipeline',
    (statements) => [[...statements.flatMap((sql) => [parse(sql), bind(), describePortal(), execute()]), sync]],
  ],
  ['a pipeline with a Sync each', (statements) => [statements.flatMap((sql) => [parse(sql), bind(), execute(), sync])]],
]

describe('a statement that is left out is answered all the same', () => {
  test.for(protocols)('%s', async ([, say]) => {
    const { record, damage, table } = await useDamaged()
    const talk = say([`INSERT INTO ${table} VALUES (4)`, `UPDATE ${table} SET n = n + 10`, `SELECT n FROM ${table}`])
    const reference = await record(talk)
    const damaged = await damage('UPDATE', { kind: 'left-out' }, talk)
    expect(damaged.answers.map(letters)).toEqual(reference.answers.map(letters))
    expect(damaged.answers.flatMap(tags)).toEqual(reference.answers.flatMap(tags))
    expect(damaged.numbers).toEqual([1, 2, 3, 4])
  })

  test.for(protocols)('in a transaction, over %s', async ([, say]) => {
    const { record, damage, table } = await useDamaged()
    const talk = say(['BEGIN', `DELETE FROM ${table}`, `INSERT INTO ${table} VALUES (4)`, 'COMMIT'])
    const reference = await record(talk)
    const damaged = await damage('DELETE', { kind: 'left-out' }, talk)
    expect(readable(damaged)).toBe(readable(reference))
    expect(damaged.numbers).toEqual([1, 2, 3, 4])
  })

  test.for(protocols)('a call of a function, over %s', async ([, say]) => {
    const { record, damage } = await useDamaged()
    const talk = say([`SELECT length('called')`, 'SELECT 2 AS two'])
    const reference = await record(talk)
    const damaged = await damage('length', { kind: 'left-out' }, talk)
    expect(readable(damaged)).toBe(readable(reference))
  })
})

describe('a statement that is sent twice is answered once, when both are done', () => {
  test.for(protocols)('%s', async ([, say]) => {
    const { record, damage, table } = await useDamaged()
    const talk = say([`INSERT INTO ${table} VALUES (4)`, `UPDATE ${table} SET n = n + 10`, `SELECT 1 FROM ${table}`])
    const reference = await record(talk)
    const damaged = await damage('UPDATE', { kind: 'sent-twice' }, talk)
    expect(readable(damaged)).toBe(readable(reference))
    expect(damaged.numbers).toEqual([21, 22, 23, 24])
  })

  test.for(protocols)('an error of the second is its own, over %s', async ([, say]) => {
    const { record, damage, table } = await useDamaged()
    const unique = `CREATE UNIQUE INDEX ON ${table} (n)`
    const talk = say([
      unique,
      `INSERT INTO ${table} VALUES (4)`,
      `INSERT INTO ${table} VALUES (5)`,
      `DROP INDEX ${table}_n_idx`,
    ])
    const reference = await record(talk)
    const damaged = await damage('(4)', { kind: 'sent-twice' }, talk)
    expect(readable(damaged)).toBe(readable(reference))
    expect(damaged.numbers).toEqual([1, 2, 3, 4, 5])
  })
})

describe('a COMMIT that is a ROLLBACK', () => {
  test.for(protocols)('%s', async ([, say]) => {
    const { record, damage, table } = await useDamaged()
    const talk = say(['BEGIN', `DELETE FROM ${table}`, 'COMMIT', `SELECT n FROM ${table} WHERE n > 9`])
    const reference = await record(talk)
    const damaged = await damage('COMMIT', { kind: 'rolled-back' }, talk)
    expect(readable(damaged)).toBe(readable(reference))
    expect(damaged.numbers).toEqual([1, 2, 3])
  })

  test.for(['END', 'commit work', 'COMMIT AND CHAIN', '/* ends */ COMMIT TRANSACTION; -- here'])(
    '%s',
    async (commit) => {
      const { record, damage, table } = await useDamaged()
      const talk = [['BEGIN'], [`DELETE FROM ${table}`], [commit]].map((sql) => sql.map((each) => query(each)))
      const reference = await record(talk)
      const damaged = await damage(commit.slice(-4), { kind: 'rolled-back' }, talk)
      expect(readable(damaged)).toBe(readable(reference))
      expect(damaged.numbers).toEqual([1, 2, 3])
    },
  )

  test('at the end of a list', async () => {
    const { record, damage, table } = await useDamaged()
    const talk = [[query(`BEGIN; DELETE FROM ${table}; COMMIT`)]]
    const reference = await record(talk)
    const damaged = await damage('BEGIN', { kind: 'rolled-back' }, talk)
    expect(readable(damaged)).toBe(readable(reference))
    expect(damaged.numbers).toEqual([1, 2, 3])
  })
})

describe('a row of an answer', () => {
  const SELECT = 'SELECT n, 9 FROM generate_series(1, 3) n'
  test.for(protocols)('is left out, over %s', async ([, say]) => {
    const { record, damage } = await useDamaged()
    await record(say([SELECT]))
    const { answers } = await damage('SELECT', { kind: 'row-left-out', row: 3 }, say([SELECT]))
    const all = Buffer.concat(answers)
    expect(letters(all).match(/D/g)).toHaveLength(2)
    expect(tags(all)).toEqual(['SELECT 2'])
  })

  test.for(protocols)('is doubled, over %s', async ([, say]) => {
    const { record, damage } = await useDamaged()
    const reference = await record(say([SELECT]))
    const { answers } = await damage('SELECT', { kind: 'row-doubled', row: 1 }, say([SELECT]))
    expect(tags(Buffer.concat(answers))).toEqual(['SELECT 4'])
    const rows = (said: readonly Buffer[]): Buffer[] =>
      wire.split(Buffer.concat(said)).flatMap(({ type, bytes }) => (type === 'D' ? [bytes] : []))
    const [first, ...others] = rows(reference.answers)
    expect(rows(answers)).toEqual([first, first, ...others])
  })

  test('that is long', async () => {
    const { record, damage } = await useDamaged()
    const talk = [[query(`SELECT repeat('x', 200000) FROM generate_series(1, 2)`)]]
    const reference = await record(talk)
    const length = (said: readonly Buffer[]): number => Buffer.concat(said).length
    const doubled = await damage('SELECT', { kind: 'row-doubled', row: 2 }, talk)
    expect(length(doubled.answers) - length(reference.answers)).toBeGreaterThan(200_000)
    const leftOut = await damage('SELECT', { kind: 'row-left-out', row: 1 }, talk)
    expect(length(reference.answers) - length(leftOut.answers)).toBeGreaterThan(200_000)
    expect([...doubled.answers, ...leftOut.answers].flatMap(tags)).toEqual(['SELECT 3', 'SELECT 1'])
  })

  test('that is fetched in parts is counted in its part', async () => {
    const { record, damage } = await useDamaged()
    const talk = [[parse(SELECT), bind(), execute(2), execute(2), sync]]
    const reference = await record(talk)
    expect(letters(reference.answers[0]!)).toBe('12DDsDCZ')
    const [first] = (await damage('SELECT', { kind: 'row-left-out', row: 2 }, talk)).answers
    expect([letters(first!), tags(first!)]).toEqual(['12DsDCZ', ['SELECT 1']])
    const [last] = (await damage('SELECT', { kind: 'row-left-out', row: 3 }, talk)).answers
    expect([letters(last!), tags(last!)]).toEqual(['12DDsCZ', ['SELECT 0']])
  })

  test('of an INSERT that returns rows, of a FETCH, and of the second statement of a list', async () => {
    const { record, damage, table } = await useDamaged()
    const talk = [
      [query(`INSERT INTO ${table} VALUES (4), (5) RETURNING n`)],
      [query('BEGIN')],
      [query(`DECLARE c CURSOR FOR ${SELECT}`)],
      [query('FETCH 2 FROM c')],
      [query('COMMIT')],
      [query(`SELECT 'one' FROM ${table} WHERE n < 2; SELECT 'two' FROM ${table} WHERE n < 3`)],
    ]
    await record(talk)
    const tagsWithout = async (word: string, row: number): Promise<string[]> =>
      (await damage(word, { kind: 'row-left-out', row }, talk)).answers.flatMap(tags)
    expect(await tagsWithout('RETURNING', 1)).toContain('INSERT 0 1')
    expect(await tagsWithout('FETCH', 2)).toContain('FETCH 1')
    expect((await tagsWithout("'one'", 3)).slice(-2)).toEqual(['SELECT 1', 'SELECT 1'])
  })

  test('of a COPY', async () => {
    const { record, damage, table } = await useDamaged()
    const talk = [[query(`COPY ${table} TO STDOUT`)]]
    const { statements } = await record(talk)
    expect(statements).toMatchObject([{ rows: 3, copies: 'out' }])
    const [answer] = (await damage('COPY', { kind: 'row-left-out', row: 2 }, talk)).answers
    expect(answer!.toString('latin1')).toMatch(/1\n.*3\n/s)
    expect([letters(answer!), tags(answer!)]).toEqual(['HddcCZ', ['COPY 2']])
  })
})

describe('a parameter is one more', () => {
  const sql = (table: string): string => `DELETE FROM ${table} WHERE n >= $1`
  test.for([
    ['unnamed', ''],
    ['named', 'named'],
  ])('%s', async ([, name = '']) => {
    const { record, damage, table } = await useDamaged()
    const talk = [[parse(sql(table), name), bind(['2'], name), execute(), sync]]
    const { statements, numbers } = await record(talk)
    expect(statements).toMatchObject([{ numbers: [{ parameter: 1, value: '2' }] }])
    expect(numbers).toEqual([1])
    const more = await damage('DELETE', { kind: 'parameter-moved', parameter: 1, by: 1 }, talk)
    expect(more.numbers).toEqual([1, 2])
    const less = await damage('DELETE', { kind: 'parameter-moved', parameter: 1, by: -1 }, talk)
    expect(less.numbers).toEqual([])
  })

  test('among others of other lengths, NULL among them', async () => {
    const { record, damage, table } = await useDamaged()
    const text = `UPDATE ${table} SET n = 9 WHERE $1::text IS NULL AND n <= $2 AND $3::text = 'tail'`
    const talk = [[parse(text), bind([null, '9', 'tail']), execute(), sync]]
    await record(talk)
    const [answer] = (await damage('UPDATE', { kind: 'parameter-moved', parameter: 2, by: 1 }, talk)).answers
    expect(tags(answer!)).toEqual(['UPDATE 3'])
  })

  test('that came as a binary number', async () => {
    const { record, damage, table } = await useDamaged()
    const prepare = wire.message('P', Buffer.from(`\0${sql(table)}\0`), Buffer.from([0, 1, 0, 0, 0, 23]))
    const binary = wire.message('B', Buffer.from([0, 0, 0, 1, 0, 1, 0, 1, 0, 0, 0, 4, 0, 0, 0, 2, 0, 0]))
    const talk = [[prepare, binary, execute(), sync]]
    const { statements } = await record(talk)
    expect(statements).toMatchObject([{ numbers: [{ parameter: 1 }] }])
    const { numbers } = await damage('DELETE', { kind: 'parameter-moved', parameter: 1, by: 1 }, talk)
    expect(numbers).toEqual([1, 2])
  })
})

describe('transactions', () => {
  test.for(protocols)('one that is weakened sees what was committed meanwhile, over %s', async ([, say]) => {
    const { record, damage, table } = await useDamaged()
    const talk = say([
      'BEGIN ISOLATION LEVEL REPEATABLE READ',
      `SELECT current_setting('transaction_isolation') FROM ${table} LIMIT 1`,
      'COMMIT',
    ])
    const reference = await record(talk)
    expect(Buffer.concat(reference.answers).toString()).toContain('repeatable read')
    const { answers } = await damage('BEGIN', { kind: 'isolation-weakened' }, talk)
    expect(answers.map(letters)).toEqual(reference.answers.map(letters))
    expect(Buffer.concat(answers).toString()).toContain('read committed')
  })

  test.for(protocols)('one that is split keeps its first half, over %s', async ([, say]) => {
    const { record, damage, table } = await useDamaged()
    const begin = 'BEGIN ISOLATION LEVEL REPEATABLE READ'
    const talk = say([begin, `DELETE FROM ${table} WHERE n = 1`, `DELETE FROM ${table} WHERE n = 2`, 'ROLLBACK'])
    const reference = await record(talk)
    const damaged = await damage('n = 2', { kind: 'transaction-split', begin }, talk)
    expect(readable(damaged)).toBe(readable(reference))
    expect([reference.numbers, damaged.numbers]).toEqual([
      [1, 2, 3],
      [2, 3],
    ])
  })
})

describe('rows that a client copies to the server', () => {
  test('are not taken, and counted all the same', async () => {
    const { record, damage, table } = await useDamaged()
    const talk = [[query(`COPY ${table} FROM STDIN`), wire.copyData('4\n'), wire.copyData('5\n'), wire.copyDone]]
    const reference = await record(talk)
    const damaged = await damage('COPY', { kind: 'left-out' }, talk)
    expect(damaged.answers).toEqual(reference.answers)
    expect([reference.numbers, damaged.numbers]).toEqual([
      [1, 2, 3, 4, 5],
      [1, 2, 3],
    ])
  })
})
