import { mix } from '../random.js'
import type { KeyForm } from './key-form.js'

const BITS_32 = 0x1_0000_0000
const MOST = 2 ** 48 - 1
/** 1 January 2024: where uuids of version 7 begin in an empty table. */
const EPOCH = Date.UTC(2024, 0, 1)

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0')
const bits = (text: string, from: number, to: number): number => Number.parseInt(text.slice(from, to), 16)

/**
 * Uuids that look like random ones. What spreads them, A, is a hash of the number; the number itself, in 48 bits, stands
 * in the last group, hidden by A; 40 bits between, hidden by A as well, say whose they are. So a uuid tells its number to
 * SQL, too, and of other random ones one in 2^46 is taken for one of these.
 */
export function uuidV4Form(owner: string, isText: boolean): KeyForm {
  const [high, low] = tagOf(owner)
  const cellOf = (ordinal: number): string => {
    const [top, rest] = [Math.floor(ordinal / BITS_32), ordinal | 0]
    const a = mix(mix(rest ^ low) + top)
    const middle = high ^ (a >>> 4)
    return (
      `${hex(a >>> 0, 8)}-${hex(middle >>> 12, 4)}-4${hex(middle & 0xfff, 3)}-` +
      `${hex(8 | (a >>> 30), 1)}${hex((low ^ a) & 0xfff, 3)}-` +
      `${hex(top ^ (a >>> 16), 4)}${hex((rest ^ a ^ (a << 16)) >>> 0, 8)}`
    )
  }
  return {
    most: MOST,
    shape: { kind: 'uuid-v4', tag: hex(high, 7) + hex(low & 0xfff, 3), isText },
    cellOf,
    ordinalOf: (cell) => {
      if (typeof cell !== 'string' || cell.length !== 36) return undefined
      const a = bits(cell, 0, 8) | 0
      const top = bits(cell, 24, 28) ^ (a >>> 16)
      const ordinal = top * BITS_32 + ((bits(cell, 28, 36) ^ a ^ (a << 16)) >>> 0)
      return cellOf(ordinal) === cell ? ordinal : undefined
    },
  }
}

/** Uuids that begin with a time in milliseconds, one later than the other; what stands behind it is a hash. */
export function uuidV7Form(owner: string, isText: boolean): KeyForm {
  const [, low] = tagOf(owner)
  const cellOf = (ordinal: number): string => {
    const time = hex(EPOCH + ordinal, 12)
    const a = mix(mix((ordinal | 0) ^ low) + Math.floor(ordinal / BITS_32))
    const b = mix(a ^ 0x5bd1e995)
    return (
      `${time.slice(0, 8)}-${time.slice(8)}-7${hex(a >>> 20, 3)}-` +
      `${hex(8 | (a & 3), 1)}${hex((a >>> 8) & 0xfff, 3)}-${hex(b >>> 16, 4)}${hex(mix(b) >>> 0, 8)}`
    )
  }
  return {
    most: MOST - EPOCH,
    shape: { kind: 'uuid-v7', epoch: EPOCH, isText },
    cellOf,
    ordinalOf: (cell) => {
      if (typeof cell !== 'string' || cell.length !== 36) return undefined
      const ordinal = bits(cell, 0, 8) * 0x1_0000 + bits(cell, 9, 13) - EPOCH
      return ordinal > 0 && cellOf(ordinal) === cell ? ordinal : undefined
    },
  }
}

/** 28 and 32 bits of a name. */
function tagOf(owner: string): readonly [number, number] {
  let hash = 0x811c9dc5
  for (const byte of Buffer.from(owner)) hash = Math.imul(hash ^ byte, 0x01000193)
  const low = mix(hash)
  return [mix(low ^ 0x9e3779b1) >>> 4, low]
}
