import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { HEAD_BYTES, MessageFramer, type Piece } from '../../../src/wire/protocol/message-framer.js'
import { cut, cuts } from '../support/cuts.js'
import * as wire from '../support/messages.js'

const LOOKED_AT = new Set('QPBZ')

const size = fc.oneof(
  { weight: 8, arbitrary: fc.nat(40) },
  { weight: 1, arbitrary: fc.integer({ min: HEAD_BYTES - 10, max: HEAD_BYTES + 10 }) },
  { weight: 1, arbitrary: fc.integer({ min: HEAD_BYTES, max: 3 * HEAD_BYTES }) },
)
const typed = fc
  .tuple(fc.constantFrom(...'QPBZdD12'), size, fc.nat(255))
  .map(([type, length, fill]) => wire.message(type, Buffer.alloc(length, fill)))
const typedMessages = fc.array(typed, { minLength: 1, maxLength: 25 })

const beginnings = fc
  .tuple(fc.array(fc.constantFrom(wire.sslRequest, wire.gssencRequest), { maxLength: 3 }), fc.string({ maxLength: 50 }))
  .map(([requests, user]) => [...requests, wire.startup({ user: user.replaceAll('\0', '') })])

/** What a framer finds in chunks, as far as it must not depend on the cuts. */
function read(
  chunks: readonly Buffer[],
  startsUntyped: boolean,
): { bytes: Buffer; messages: string[]; heads: Buffer[] } {
  const framer = new MessageFramer({ lookedAt: LOOKED_AT, startsUntyped })
  const pieces = chunks.flatMap((chunk) => [...framer.pieces(chunk)])
  const rest = framer.rest()
  expect(framer.isLost).toBe(false)
  const begun = (piece: Piece): string[] => Array.from({ length: piece.begins }, () => piece.type)
  return {
    bytes: Buffer.concat([...pieces, ...(rest ? [rest] : [])].map(({ bytes }) => bytes)),
    messages: pieces.flatMap(begun),
    heads: pieces.filter(({ type, begins }) => begins > 0 && LOOKED_AT.has(type)).map(({ bytes }) => bytes),
  }
}

const letters = (messages: readonly Buffer[]): string[] => messages.map((bytes) => bytes.toString('latin1', 0, 1))

test('whatever the cuts, the pieces are what was said, and the messages are the same', () => {
  fc.assert(
    fc.property(typedMessages, cuts, (messages, at) => {
      const all = Buffer.concat(messages)
      const found = read(cut(all, at), false)
      expect(found.bytes.equals(all)).toBe(true)
      expect(found.messages).toEqual(letters(messages))
      const looked = messages.filter((bytes) => LOOKED_AT.has(bytes.toString('latin1', 0, 1)))
      expect(found.heads.map((head) => head.length)).toEqual(looked.map(({ length }) => Math.min(length, HEAD_BYTES)))
      expect(found.heads.every((head, index) => head.equals(looked[index]!.subarray(0, HEAD_BYTES)))).toBe(true)
    }),
  )
})

test('messages without a type come before those with one', () => {
  fc.assert(
    fc.property(beginnings, typedMessages, cuts, (first, then, at) => {
      const all = Buffer.concat([...first, ...then])
      const found = read(cut(all, at), true)
      expect(found.bytes.equals(all)).toBe(true)
      expect(found.messages).toEqual([...first.map(() => ''), ...letters(then)])
    }),
  )
})

test('every message that ends is counted once, wherever it is cut', () => {
  fc.assert(
    fc.property(typedMessages, cuts, (messages, at) => {
      const framer = new MessageFramer({ lookedAt: LOOKED_AT })
      const pieces = cut(Buffer.concat(messages), at).flatMap((chunk) => [...framer.pieces(chunk)])
      const ends = pieces.flatMap(({ type, ends: count }) => Array.from({ length: count }, () => type))
      expect(ends).toEqual(letters(messages))
    }),
  )
})

test('a message that is cut off is given back', () => {
  fc.assert(
    fc.property(typed, fc.double({ min: 0, max: 1, noNaN: true }), cuts, (bytes, share, at) => {
      const said = bytes.subarray(0, Math.floor(share * bytes.length))
      expect(read(cut(said, at), false).bytes.equals(said)).toBe(true)
    }),
  )
})

test.for([
  ['a message shorter than its length field', Buffer.from('Q\0\0\0\x03abc')],
  ['a message of 2 GB', Buffer.from('D\x7f\xff\xff\xff', 'latin1')],
] as const)('%s is no message: all that follows passes', ([, bytes]) => {
  fc.assert(
    fc.property(typedMessages, cuts, (before, at) => {
      const all = Buffer.concat([...before, bytes, Buffer.from('anything')])
      const framer = new MessageFramer({ lookedAt: LOOKED_AT })
      const pieces = cut(all, at).flatMap((chunk) => [...framer.pieces(chunk)])
      expect(framer.isLost).toBe(true)
      expect(Buffer.concat(pieces.map((piece) => piece.bytes)).equals(all)).toBe(true)
      expect(pieces.reduce((count, { begins }) => count + begins, 0)).toBe(before.length)
    }),
  )
})

test.for([
  ['an encrypted session', Buffer.from([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc])],
  ['a request of HTTP', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
  ["PostgreSQL's protocol 2", Buffer.from([0, 0, 0, 9, 0, 2, 0, 0, 0])],
] as const)('%s is none of the protocol', ([, bytes]) => {
  const framer = new MessageFramer({ lookedAt: LOOKED_AT, startsUntyped: true })
  const pieces = [...framer.pieces(bytes)]
  expect(framer.isLost).toBe(true)
  expect(Buffer.concat(pieces.map((piece) => piece.bytes)).equals(bytes)).toBe(true)
})
