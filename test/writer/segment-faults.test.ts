import { expect, test } from 'vitest'
import { createCdcStream } from '../../src/index.js'
import { cdcError } from '../support/cdc-error.js'
import { type ClientMessage, type Fault, type ServerError, startFaultyServer } from '../support/faulty-server.js'
import { useClient, useSchema } from '../support/server.js'

const options = {
  batchSize: 30,
  interval: 0,
  ratio: { insert: 60, update: 25, delete: 15 },
  createTables: true,
} as const

/** What servers of the Greenplum family say when segments, or the coordinator, are lost. */
const errors: readonly ServerError[] = [
  { severity: 'ERROR', code: '58M01', message: 'failed to acquire resources on one or more segments' },
  {
    severity: 'ERROR',
    code: '58M01',
    message: 'Error on receive from seg1 10.0.0.2:6001 pid=7: server closed the connection unexpectedly',
  },
  { severity: 'ERROR', code: '58M01', message: 'gang was lost due to cluster reconfiguration' },
  { severity: 'ERROR', code: 'XX000', message: 'gang was lost due to cluster reconfiguration (cdbgang.c:12)' },
  { severity: 'ERROR', code: 'XX000', message: 'lost connection to segment seg0' },
  { severity: 'ERROR', code: 'XX000', message: 'Unable to create a gang of 2 segments' },
  { severity: 'ERROR', code: '57P03', message: 'the database system is in recovery mode' },
  { severity: 'ERROR', code: 'XX000', message: 'segment 1 is in recovery mode (seg1 10.0.0.2:6001)' },
  { severity: 'FATAL', code: 'XX000', message: 'reader gang not found' },
  { severity: 'FATAL', code: '58M01', message: 'interconnect failed' },
  { severity: 'FATAL', code: '57P01', message: 'terminating connection due to administrator command' },
  { severity: 'PANIC', code: 'XX000', message: 'out of lock slots' },
]

/** What only answers COMMIT. */
const answersToCommit: readonly ServerError[] = [
  { severity: 'PANIC', code: 'XX000', message: "unable to complete 'Commit Prepared' broadcast" },
  { severity: 'ERROR', code: 'XX000', message: 'a fault at PREPARE on a segment (seg0 10.0.0.2:6000 pid=8)' },
  { severity: 'ERROR', code: '58030', message: 'could not fsync file on a segment' },
]

/** Where a fault strikes: at the n-th message of a kind. */
const places: readonly ((message: ClientMessage) => boolean)[] = [
  ({ type, text }) => type === 'Q' && text.startsWith('BEGIN'),
  ({ type, text }) => type === 'Q' && text.startsWith('COPY'),
  ({ type }) => type === 'd',
  ({ type, text }) => type === 'P' && text.startsWith('UPDATE'),
  ({ type }) => type === 'B',
]

test('what segments say in the middle of a statement: the batch is written again, whatever it was', async () => {
  await using faulty = await startFaultyServer(await useSchema())
  const strikes = errors.flatMap((answer) => places.map((isPlace) => ({ answer, isPlace })))
  await using stream = createCdcStream({ ...options, target: faulty.connection, batches: strikes.length + 2, seed: 21 })
  await stream.step(2)
  for (const { answer, isPlace } of strikes) {
    let struck = 0
    faulty.onMessage = (message) => (struck === 0 && isPlace(message) ? ((struck += 1), { answer }) : undefined)
    const { retries } = stream.stats()
    // A prepared statement is parsed once in a session, and a session is replaced only by what struck before.
    await stream.step(1)
    expect({ answer, retries: stream.stats().retries }).toEqual({ answer, retries: retries + struck })
  }
  expect(stream.stats().retries).toBeGreaterThan(strikes.length * 0.7)
  expect(await stream.verify()).toMatchObject({ equal: true, differences: [], commit: strikes.length + 2 })
})

test('an error that answers COMMIT: the rows tell whether it took effect', async () => {
  await using faulty = await startFaultyServer(await useSchema())
  const outcomes: boolean[] = []
  const strikes = [...errors, ...answersToCommit].flatMap((answer): Fault[] => [
    { answer, done: true },
    { answer, done: false },
  ])
  await using stream = createCdcStream({
    ...options,
    target: faulty.connection,
    batches: strikes.length,
    seed: 22,
    observe: (event) => void (event.type === 'resolved' && outcomes.push(event.committed)),
  })
  for (const fault of strikes) {
    let left: Fault | undefined = fault
    faulty.onMessage = ({ text }) => {
      if (text !== 'COMMIT') return undefined
      const found = left
      left = undefined
      return found
    }
    await stream.step(1)
    expect({ fault, outcome: outcomes.at(-1) }).toEqual({ fault, outcome: fault.done })
  }
  expect(outcomes).toEqual(strikes.map(({ done }) => done))
  expect(await stream.verify()).toMatchObject({ equal: true, differences: [], commit: strikes.length })
})

test('transactions that overlap meet the same faults, wherever they are', async () => {
  await using faulty = await startFaultyServer(await useSchema())
  const batches = 4 * errors.length
  const overlap = { writers: 3, lateCommit: 0.3, rollback: 0.2 } as const
  await using stream = createCdcStream({ ...options, ...overlap, target: faulty.connection, batches, seed: 26 })
  await stream.step(1)
  for (let step = 1; step < batches; step++) {
    // A batch has more messages than these; what a session asks when it is opened is among them.
    let left = 1 + ((step * 7) % 20)
    const answer = errors[step % errors.length]!
    faulty.onMessage = ({ type }) => (type !== 'X' && type !== 'S' && --left === 0 ? { answer } : undefined)
    await stream.step(1)
  }
  faulty.onMessage = () => undefined
  expect(stream.stats().retries).toBeGreaterThan(batches / 8)
  expect(await stream.verify()).toMatchObject({ equal: true, differences: [], commit: batches })
})

test('an error of the content that answers COMMIT is not tried again, if the batch is not there', async () => {
  const connection = await useSchema()
  await using faulty = await startFaultyServer(connection)
  const answer: ServerError = { severity: 'ERROR', code: '23514', message: 'not allowed' }
  await using stream = createCdcStream({ ...options, target: faulty.connection, batches: 9, seed: 23 })
  await stream.step(2)
  let done = true
  faulty.onMessage = ({ text }) => (text === 'COMMIT' ? { answer, done } : undefined)
  // It is there, whatever the server said.
  await stream.step(1)
  done = false
  await expect(stream.step(1)).rejects.toThrow(cdcError('ERR_CDC_WRITE', 'batch 4', 'not allowed'))
  faulty.onMessage = () => undefined
  expect(stream.stats()).toMatchObject({ commits: 3, resolved: 2 })
  expect(await stream.verify()).toMatchObject({ equal: true, commit: 3 })
})

test('a deferred constraint ends the stream at once, with what the server said', async () => {
  const connection = await useSchema()
  const client = await useClient(connection)
  const table = `${connection.schema}.store_sales_heap`
  await using stream = createCdcStream({ ...options, target: connection, batches: 9, seed: 24, retryFor: 600_000 })
  await stream.step(2)
  await client.query(
    `CREATE FUNCTION ${connection.schema}.refuse() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN RAISE EXCEPTION 'refused at the end' USING ERRCODE = '23514'; END $$;
     CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON ${table} DEFERRABLE INITIALLY DEFERRED
       FOR EACH ROW EXECUTE FUNCTION ${connection.schema}.refuse()`,
  )
  await expect(stream.step(1)).rejects.toThrow(cdcError('ERR_CDC_WRITE', 'batch 3', 'refused at the end'))
  await expect(stream.finished).rejects.toMatchObject({ cause: { code: '23514' } })
  expect(stream.stats()).toMatchObject({ commits: 2, resolved: 1 })
  expect(await stream.verify()).toMatchObject({ equal: true, commit: 2 })
})

test('a server that never recovers ends the stream after `retryFor`', async () => {
  await using faulty = await startFaultyServer(await useSchema())
  await using stream = createCdcStream({ ...options, target: faulty.connection, batches: 9, seed: 25, retryFor: 300 })
  await stream.step(1)
  const answer = errors[0]!
  faulty.onMessage = ({ text }) => (text.startsWith('COPY "') ? { answer } : undefined)
  await expect(stream.step(1)).rejects.toThrow(cdcError('ERR_CDC_WRITE', '300 ms', answer.message))
  expect(stream.stats().commits).toBe(1)
})
