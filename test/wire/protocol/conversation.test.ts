import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cut, cuts } from '../support/cuts.js'
import { follow, type Said } from '../support/followed.js'
import * as wire from '../support/messages.js'

const client = (...messages: readonly Buffer[]): Said => ({ by: 'client', chunks: [Buffer.concat(messages)] })
const server = (...messages: readonly Buffer[]): Said => ({ by: 'server', chunks: [Buffer.concat(messages)] })

const done = [wire.parseComplete, wire.bindComplete, wire.commandComplete('SELECT 1')]
const begin = (sql: string): Said[] => [client(wire.query(sql)), server(wire.commandComplete('BEGIN'), wire.ready('T'))]

describe('where a statement begins', () => {
  const statements = (...said: readonly Said[]): readonly string[] => follow(said).statements

  test('each query of the simple protocol is one, whatever is in it', () => {
    expect(statements(client(wire.query('SELECT 1; SELECT 2'), wire.query('')))).toEqual([
      'simple: SELECT 1; SELECT 2',
      'simple: ',
    ])
  })

  test('a group is one, before its Parse', () => {
    const { statements: found, sent } = follow([client(wire.parse('SELECT 1'), wire.describeStatement())])
    expect(found).toEqual([])
    // Nothing of it went on while it was not known.
    expect(sent.length).toBe(wire.parse('SELECT 1').length + wire.describeStatement().length)
    expect(statements(client(wire.parse('SELECT 1'), wire.bind(), wire.execute(), wire.sync))).toEqual([
      'extended: SELECT 1',
    ])
  })

  test('a statement that was prepared before is named by its text, under the name that it has by then', () => {
    expect(
      statements(
        client(wire.parse('SELECT 1', 'a'), wire.sync),
        server(wire.parseComplete, wire.ready('I')),
        client(wire.bind([], 'a'), wire.execute(), wire.closeStatement('a'), wire.parse('SELECT 2', 'a'), wire.sync),
        client(wire.bind([], 'a'), wire.execute(), wire.sync),
      ),
    ).toEqual(['extended: SELECT 1', 'extended: SELECT 2'])
  })

  test('each of several in one group is one', () => {
    const one = (sql: string): Buffer[] => [wire.parse(sql), wire.bind(), wire.describePortal(), wire.execute()]
    expect(statements(client(...one('SELECT 1'), ...one('SELECT 2'), wire.bind(), wire.execute(), wire.sync))).toEqual([
      'extended: SELECT 1',
      'extended: SELECT 2',
      'extended: SELECT 2',
    ])
  })

  test('Executes that go on fetching from a portal are none', () => {
    expect(
      statements(
        client(wire.parse('SELECT 1'), wire.bind(), wire.execute(1), wire.flush),
        server(wire.parseComplete, wire.bindComplete, wire.dataRow('1'), wire.portalSuspended),
        client(wire.execute(1), wire.flush),
        server(wire.dataRow('2'), wire.portalSuspended),
        client(wire.execute(), wire.sync),
      ),
    ).toEqual(['extended: SELECT 1'])
  })

  test('what comes after an error is none until Sync', () => {
    const { statements: found, conversation } = follow([
      client(wire.parse('SELECT 1/0'), wire.bind(), wire.execute(), wire.flush),
      server(wire.parseComplete, wire.bindComplete, wire.errorMessage),
      client(wire.parse('SELECT 1'), wire.bind(), wire.execute(), wire.query('SELECT 2'), wire.sync),
      server(wire.ready('I')),
      client(wire.query('SELECT 3')),
    ])
    expect(found).toEqual(['extended: SELECT 1/0', 'simple: SELECT 3'])
    expect(conversation.answers.isEmpty).toBe(false)
  })

  test('an error answers all that was sent with it, up to its Sync', () => {
    const group = [wire.parse('SELECT 1/0'), wire.bind(), wire.execute()]
    const { conversation } = follow([
      client(...group, ...group, wire.sync),
      server(wire.parseComplete, wire.bindComplete, wire.errorMessage, wire.ready('I')),
    ])
    expect(conversation.answers.isEmpty).toBe(true)
    expect(conversation.answers.isDeaf).toBe(false)
  })

  test('a text is the same by either protocol and under any name', () => {
    const named = [wire.parse('SELECT 1', 'a'), wire.bind([], 'a'), wire.execute(), wire.sync]
    const { digests } = follow([client(wire.query('SELECT 1'), wire.parse('SELECT 1'), wire.bind(), ...named)])
    expect(new Set(digests).size).toBe(1)
    expect(digests).toHaveLength(3)
  })

  test('a text is the same in any schema', () => {
    const digest = (schema: string, sql: string): string => follow([client(wire.query(sql))], { schema }).digests[0]!
    expect(digest('tést_1', 'SELECT é FROM tést_1.a, tést_1.b')).toBe(digest('other', 'SELECT é FROM other.a, other.b'))
    expect(digest('a', 'SELECT 1 FROM a.a')).not.toBe(digest('a', 'SELECT 2 FROM a.a'))
  })

  test('a function called by its number is one', () => {
    expect(statements(client(wire.functionCall(177, ['1', '2'])))).toEqual(['function: function 177'])
  })

  test('two long texts are told apart by what is beyond the part that is kept', () => {
    const long = 'x'.repeat(100_000)
    const { digests, sent } = follow([client(...[long, `${long}x`, long].map(wire.query))])
    expect(sent.length).toBe(3 * wire.query(long).length + 1)
    expect(digests[0]).toBe(digests[2])
    expect(digests[0]).not.toBe(digests[1])
  })
})

describe('a statement that is prepared only', () => {
  const prepared = (before: readonly Said[], defaultIsolation?: string): readonly string[] =>
    follow([...before, client(wire.parse('SELECT 1', 'a'), wire.describeStatement('a'), wire.flush)], {
      defaultIsolation,
    }).statements
  const place = 'parse: SELECT 1'

  test('is one where it takes the snapshot of its transaction', () => {
    expect(prepared(begin('BEGIN ISOLATION LEVEL REPEATABLE READ'))).toContain(place)
    expect(prepared(begin('/* mine */ start transaction isolation level serializable, read only'))).toContain(place)
    expect(prepared([...begin('BEGIN'), ...begin('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ')])).toContain(place)
    const setting = [
      client(wire.query("SET default_transaction_isolation TO 'repeatable read'")),
      server(wire.ready('I')),
    ]
    expect(prepared([...setting, ...begin('BEGIN')])).toContain(place)
    expect(prepared(begin('BEGIN'), 'repeatable read')).toContain(place)
  })

  test('is none elsewhere', () => {
    expect(prepared([])).not.toContain(place)
    expect(prepared([], 'serializable')).not.toContain(place)
    expect(prepared(begin('BEGIN'))).not.toContain(place)
    expect(prepared(begin('BEGIN ISOLATION LEVEL READ COMMITTED'), 'serializable')).not.toContain(place)
    const after = [client(wire.query('SELECT 2')), server(wire.commandComplete('SELECT 1'), wire.ready('T'))]
    expect(prepared([...begin('BEGIN ISOLATION LEVEL SERIALIZABLE'), ...after])).not.toContain(place)
    const over = [client(wire.query('COMMIT')), server(wire.commandComplete('COMMIT'), wire.ready('I'))]
    expect(prepared([...begin('BEGIN ISOLATION LEVEL SERIALIZABLE'), ...over])).not.toContain(place)
  })

  test('is one again in the transaction that a COMMIT AND CHAIN begins', () => {
    const chained = [
      client(wire.query('SELECT 2')),
      server(wire.commandComplete('SELECT 1'), wire.ready('T')),
      client(wire.query('COMMIT AND CHAIN')),
      server(wire.commandComplete('COMMIT'), wire.ready('T')),
    ]
    expect(prepared([...begin('BEGIN ISOLATION LEVEL SERIALIZABLE'), ...chained])).toContain(place)
  })
})

describe('rows of a COPY', () => {
  const copy = 'COPY t FROM STDIN'

  test('a Sync that came before them is swallowed', () => {
    const { conversation } = follow([
      client(wire.parse(copy), wire.bind(), wire.execute(), wire.sync),
      server(wire.parseComplete, wire.bindComplete, wire.copyInResponse),
      client(wire.copyData('1\n'), wire.copyDone, wire.sync),
      server(wire.commandComplete('COPY 1'), wire.ready('I')),
    ])
    expect(conversation.answers.isEmpty).toBe(true)
  })

  test('a Sync behind them is not, if they were sent unasked', () => {
    const { conversation } = follow([
      client(wire.parse(copy), wire.bind(), wire.execute(), wire.copyData('1\n'), wire.copyDone, wire.sync),
      server(wire.parseComplete, wire.bindComplete, wire.copyInResponse, wire.commandComplete('COPY 1')),
    ])
    expect(conversation.answers.isEmpty).toBe(false)
    expect(conversation.answers.isDeaf).toBe(false)
  })

  test('while they are awaited, a query is no statement', () => {
    const { statements } = follow([
      client(wire.query(copy)),
      server(wire.copyInResponse),
      client(wire.query('SELECT 1')),
      server(wire.errorMessage, wire.ready('I')),
      client(wire.query('SELECT 2')),
    ])
    expect(statements).toEqual([`simple: ${copy}`, 'simple: SELECT 2'])
  })
})

/** A turn of a conversation: what a client sends at once, and all that is answered. */
const group = fc
  .constantFrom('SELECT 1', 'UPDATE t SET a = 1', `SELECT '${'long'.repeat(20_000)}'`)
  .chain((sql) =>
    fc.constantFrom<readonly Buffer[]>(
      [wire.query(sql), wire.dataRow('1'), wire.commandComplete('SELECT 1'), wire.ready('I')],
      [Buffer.concat([wire.parse(sql), wire.bind(['1', null]), wire.execute(), wire.sync]), ...done, wire.ready('I')],
      [
        Buffer.concat([wire.parse(sql, 'a'), wire.describeStatement('a'), wire.sync]),
        wire.parseComplete,
        wire.noData,
        wire.ready('I'),
      ],
      [
        Buffer.concat([wire.query(sql), wire.copyData('1\t'), wire.copyData(sql), wire.copyDone]),
        wire.copyInResponse,
        wire.ready('I'),
      ],
      [
        Buffer.concat([
          wire.parse(sql),
          wire.bind(),
          wire.execute(),
          wire.parse(sql),
          wire.bind(),
          wire.execute(),
          wire.sync,
        ]),
        ...done,
        wire.errorMessage,
        wire.ready('E'),
      ],
    ),
  )

test('whatever the cuts, all that was said goes on, and the statements are the same', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(group, cuts, cuts), { minLength: 1, maxLength: 8 }), (groups) => {
      const asCut = groups.flatMap(([[asked, ...answers], at, answersAt]): Said[] => [
        { by: 'client', chunks: cut(asked!, at) },
        { by: 'server', chunks: cut(Buffer.concat(answers), answersAt) },
      ])
      const whole = asCut.map(({ by, chunks }): Said => ({ by, chunks: [Buffer.concat(chunks)] }))
      const [found, expected] = [follow(asCut), follow(whole)]
      expect(found.statements).toEqual(expected.statements)
      expect(found.sent.equals(Buffer.concat(groups.map(([[asked]]) => asked!)))).toBe(true)
      expect(found.conversation.answers.isEmpty).toBe(true)
    }),
  )
})
