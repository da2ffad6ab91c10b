import { Readable } from 'node:stream'
import fc from 'fast-check'
import { describe, expect, expectTypeOf, test } from 'vitest'
import type { EventInput } from '../../src/events/parse-events.js'
import { type CapturedChange, type EventFormat, eventFormats, readEvents, renderEvents } from '../../src/index.js'
import { runs } from '../support/arbitraries.js'
import { cdcError } from '../support/cdc-error.js'
import { fixedCommit } from '../support/fixed-commit.js'

const { tables } = fixedCommit

const encode = (text: string): Uint8Array => new TextEncoder().encode(text)
const jsonOf = (event: object | null): string => JSON.stringify(event)

/** How consumers and files give events. */
const ways: Readonly<Record<string, (events: readonly object[]) => EventInput>> = {
  'Buffers, one event each': (events) => events.map((event) => Buffer.from(jsonOf(event))),
  'Uint8Arrays, one event each': (events) => events.map((event) => encode(jsonOf(event))),
  'a Buffer of all lines': (events) => Buffer.from(events.map(jsonOf).join('\n')),
  'a Uint8Array of an array': (events) => encode(jsonOf(events)),
  'an array as text': (events) => jsonOf(events),
  'a pretty-printed array': (events) => JSON.stringify(events, undefined, 2),
  'lines with a byte order mark': (events) => `\ufeff${events.map(jsonOf).join('\n')}\n`,
  'bytes with a byte order mark': (events) => Buffer.from(`\ufeff${events.map(jsonOf).join('\n')}`),
  'lines that end as on Windows, with empty ones': (events) => `${events.map(jsonOf).join('\r\n\r\n')}\r\n`,
  'objects that are pretty-printed one after the other': (events) =>
    events.map((event) => JSON.stringify(event, undefined, '\t')).join('\n'),
  'objects with nothing between them': (events) => events.map(jsonOf).join(''),
  'a JSON text sequence': (events) => events.map((event) => `\u001e${jsonOf(event)}\n`).join(''),
  'messages of kafkajs': (events) =>
    events.map((event, offset) => ({
      key: null,
      value: Buffer.from(jsonOf(event)),
      headers: {},
      timestamp: '1',
      offset: String(offset),
      attributes: 0,
    })),
  'messages to be produced': (events) => events.map((event) => ({ key: 'some', value: jsonOf(event) })),
  'what `eachMessage` is given': (events) =>
    events.map((event) => ({
      topic: 's.public.orders',
      partition: 0,
      message: { key: Buffer.from([0]), value: Buffer.from(jsonOf(event)), headers: { a: Buffer.from('b') } },
      heartbeat: () => Promise.resolve(),
      pause: () => () => {},
    })),
  'messages of librdkafka': (events) =>
    events.map((event, offset) => {
      return {
        topic: 't',
        partition: 0,
        offset,
        key: undefined,
        value: Buffer.from(jsonOf(event)),
        size: 1,
        timestamp: 1,
      }
    }),
  'lines of `kcat -J`': (events) =>
    events
      .map((event, offset) => {
        const of = { topic: 't', partition: 0, offset, tstype: 'create', ts: 1, broker: 1 }
        return jsonOf({ ...of, key: null, payload: jsonOf(event) })
      })
      .join('\n'),
  'messages whose value is parsed': (events) => events.map((value) => ({ key: null, value, headers: {} })),
}

describe.for(Object.entries(ways))('%s', ([, way]) => {
  test.for(eventFormats)('%s', (format) => {
    const events = renderEvents<EventFormat>(format, fixedCommit)
    expect(readEvents(way(events), { tables })).toEqual(readEvents(events, { tables }))
  })

  test('none', () => {
    expect(readEvents(way([]), { tables })).toEqual([])
  })
})

test('an event whose text is cut anywhere, also within a character, is put together again', () => {
  const events = renderEvents('debezium-postgres', {
    ...fixedCommit,
    changes: fixedCommit.changes.map((change) => {
      return change.after ? { ...change, after: { ...change.after, note: '{"é"}\\ 😀 [\n' } } : change
    }),
  })
  const bytes = Buffer.from(events.map(jsonOf).join('\n'))
  const expected = readEvents(events, { tables })
  const property = fc.property(fc.array(fc.nat(bytes.length), { maxLength: 20 }), fc.boolean(), (cuts, isText) => {
    const places = [0, ...cuts.toSorted((a, b) => a - b), bytes.length]
    const pieces = places.slice(1).map((end, index) => bytes.subarray(places[index]!, end))
    const text = bytes.toString()
    const texts = places.slice(1).map((end, index) => text.slice(places[index]!, end))
    expect(readEvents(isText ? texts : pieces, { tables })).toEqual(expected)
  })
  fc.assert(property, runs(100))
})

test('tombstones and empty values are left out, and are counted', () => {
  const [first, second] = renderEvents('debezium-postgres', fixedCommit)
  for (const tombstone of [
    null,
    'null',
    { key: Buffer.from('{"id":1}'), value: null },
    { key: '{"id":1}', value: '' },
  ]) {
    expect(readEvents([tombstone, first!, tombstone, second!], { tables }).map(({ event }) => event)).toEqual([1, 3])
  }
  const text = `null\n${jsonOf(first!)}\nnull\n${jsonOf(second!)}`
  expect(readEvents(text, { tables }).map(({ event }) => event)).toEqual([1, 3])
  expect(
    readEvents(`[null,${jsonOf(first!)}, null , ${jsonOf(second!)}]`, { tables }).map(({ event }) => event),
  ).toEqual([1, 3])
})

test('the key of a message names the key of its row', () => {
  const value = jsonOf({ op: 'u', before: null, after: { id: 1, small: 2 }, source: { table: 'unknown' } })
  for (const key of ['{"id":1}', Buffer.from('{"schema":{"type":"struct"},"payload":{"id":1}}'), { id: 1 }]) {
    expect(readEvents([{ key, value }])[0]?.key).toEqual({ id: 1 })
  }
  for (const key of ['1', 'order-1', null, undefined, '[1]']) {
    expect(readEvents([{ key, value, headers: {} }])[0]).not.toHaveProperty('key')
  }
})

test('a row with columns `key` and `value` is no message', () => {
  const feed = [
    { key: 'a', value: 'b' },
    { key: 'c', value: 1 },
  ]
  expect(readEvents(feed, { table: 'settings' }).map(({ after }) => after)).toEqual(feed)
})

describe('what comes asynchronously', () => {
  const events = renderEvents('debezium-postgres', fixedCommit)
  const expected = readEvents(events, { tables })

  test('messages, objects, and the text of a file', async () => {
    const text = events.map(jsonOf).join('\n')
    async function* consume(): AsyncGenerator<object> {
      for (const event of events) yield await Promise.resolve({ key: null, value: Buffer.from(jsonOf(event)) })
    }
    expect(await readEvents(consume(), { tables })).toEqual(expected)
    expect(await readEvents(Readable.from(events), { tables })).toEqual(expected)
    const pieces = [text.slice(0, 100), text.slice(100, 101), text.slice(101)]
    expect(await readEvents(Readable.from(pieces.map((piece) => Buffer.from(piece))), { tables })).toEqual(expected)
    expect(await readEvents(new Blob([text]).stream(), { tables })).toEqual(expected)
  })

  test('an error of theirs, and of an event, is the error', async () => {
    async function* consume(): AsyncGenerator<object> {
      yield events[0]!
      await Promise.reject(new Error('lost the broker'))
    }
    await expect(readEvents(consume())).rejects.toThrow('lost the broker')
    await expect(readEvents(Readable.from([{ a: 1 }]))).rejects.toThrow(cdcError('ERR_CDC_OPTIONS', '`events[0]`'))
  })

  test('types tell which it is', () => {
    expectTypeOf(readEvents([''])).toEqualTypeOf<CapturedChange[]>()
    expectTypeOf(readEvents(Readable.from(['']))).toEqualTypeOf<Promise<CapturedChange[]>>()
    expectTypeOf(readEvents(Buffer.from(''))).toEqualTypeOf<CapturedChange[]>()
  })
})

test.for<[string, EventInput, string[]]>([
  [
    'a value that is not JSON',
    [{ key: null, value: Buffer.from('\0\0\0\0\u0001avro') }],
    ['`events[0]`', 'JSON', 'Avro'],
  ],
  ['a line that is cut', `${'{"op":"+I","table":"t","row":{}}\n'.repeat(2)}{"op`, ['`events[2]`', 'JSON']],
  ['a number in an array', '[{"op":"+I","table":"t","row":{}},5]', ['`events[1]`', 'JSON']],
  ['a number', 5 as unknown as EventInput, ['`events`', '`number`']],
  ['nothing', undefined as unknown as EventInput, ['`events`', '`undefined`']],
  ['an object alone', { op: '+I' } as unknown as EventInput, ['`events`', '`object`']],
])('%s is refused', ([, events, named]) => {
  expect(() => readEvents(events)).toThrow(cdcError('ERR_CDC_OPTIONS', ...named))
})
