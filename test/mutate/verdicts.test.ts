import { expect, test } from 'vitest'
import type { Candidate } from '../../src/mutate/derive-damages.js'
import { allowanceOf } from '../../src/mutate/describe-mutation.js'
import { checkAllowances } from '../../src/mutate/mutate-stream.js'
import { isProtocolError } from '../../src/mutate/mutation-run.js'
import { isReceivedSame, type Seen, unrestOf } from '../../src/mutate/seen.js'
import type { Received } from '../../src/wire/watch/watch.js'

const received = (place: string, digest: string, more: Partial<Received> = {}): Received => ({
  place,
  digest,
  outline: 'C',
  isHousekeeping: false,
  errors: [],
  ...more,
})
const seen = (...all: readonly Received[]): Seen => ({ received: all, contents: new Map() })

test('bytes that differ by themselves are not compared, but their kinds and counts are', () => {
  const reference = seen(received('a', '1'), received('now', '1'))
  const unrest = unrestOf(reference, seen(received('a', '1'), received('now', '2')))
  expect(isReceivedSame(reference, seen(received('a', '1'), received('now', '3')), unrest)).toBe(true)
  expect(
    isReceivedSame(reference, seen(received('a', '1'), received('now', '3', { outline: '2 rows C' })), unrest),
  ).toBe(false)
  expect(isReceivedSame(reference, seen(received('a', '2'), received('now', '2')), unrest)).toBe(false)
})

test('a place more or less is another conversation, but for what a driver says by itself', () => {
  const reference = seen(received('a', '1'))
  const unrest = unrestOf(reference, reference)
  expect(
    isReceivedSame(reference, seen(received('a', '1'), received('types', '1', { isHousekeeping: true })), unrest),
  ).toBe(true)
  expect(isReceivedSame(reference, seen(received('a', '1'), received('b', '1')), unrest)).toBe(false)
  expect(isReceivedSame(reference, seen(), unrest)).toBe(false)
})

test.each([
  ['of the server', Object.assign(new Error('x'), { code: '08P01' }), true],
  [
    'of libpq',
    Object.assign(new Error('Command failed: psql'), { stderr: Buffer.from('lost synchronization with server') }),
    true,
  ],
  ['as a cause', new Error('job failed', { cause: new Error('Received invalid response: 0') }), true],
  ['of a job', Object.assign(new Error('duplicate key value'), { code: '23505' }), false],
  ['of an assertion', new Error('expected [ 1 ] to deeply equal [ 2 ]'), false],
  ['none', undefined, false],
])('an error of the protocol: %s', (_, error, is) => {
  expect(isProtocolError(error)).toBe(is)
})

test('what may survive: by a part of the text, or a pattern, and by the kind of damage', () => {
  const candidate = { place: { statement: 'DELETE FROM copy' }, damage: { kind: 'left-out' } } as unknown as Candidate
  const fits = (allow: Parameters<typeof allowanceOf>[0][number]): boolean => allowanceOf([allow], candidate) === allow
  expect(fits({ statement: 'FROM copy', reason: 'x' })).toBe(true)
  expect(fits({ statement: /^delete/gi, reason: 'x' })).toBe(true)
  expect(fits({ statement: 'FROM copy', damage: 'left-out', reason: 'x' })).toBe(true)
  expect(fits({ statement: 'FROM copy', damage: 'sent-twice', reason: 'x' })).toBe(false)
  expect(fits({ statement: 'INSERT', reason: 'x' })).toBe(false)
  expect(() => checkAllowances([{ statement: 'a', reason: ' ' }])).toThrow(
    expect.objectContaining({ code: 'ERR_CDC_OPTIONS' }) as Error,
  )
})
