import type { KeyForm } from './key-form.js'

const MOST = { int2: 0x7fff, int4: 0x7fff_ffff, int8: Number.MAX_SAFE_INTEGER } as const

/** Integers: 1, 2, 3 … */
export function countForm(type: keyof typeof MOST): KeyForm {
  return {
    most: MOST[type],
    shape: { kind: 'count' },
    cellOf: (ordinal) => ordinal,
    ordinalOf: (cell) => (typeof cell === 'number' ? cell : undefined),
  }
}

const DAY = 86_400_000
const LAST_DAY = Date.UTC(9999, 11, 31) / DAY

/** One day after the other. */
export function dayForm(from: string): KeyForm {
  const before = Date.parse(`${from}T00:00:00Z`) / DAY - 1
  return {
    most: LAST_DAY - before,
    shape: { kind: 'days', from },
    cellOf: (ordinal) => new Date((before + ordinal) * DAY).toISOString().slice(0, 10),
    ordinalOf: (cell) => {
      const day = typeof cell === 'string' ? Date.parse(`${cell}T00:00:00Z`) / DAY : Number.NaN
      return Number.isInteger(day) ? day - before : undefined
    },
  }
}

/** A text before digits, always as many. */
export function digitsForm(prefix: string, digits: number): KeyForm {
  const isNumber = new RegExp(`^\\d{${digits}}$`)
  return {
    most: 10 ** digits - 1,
    shape: { kind: 'text', prefix, digits },
    cellOf: (ordinal) => prefix + String(ordinal).padStart(digits, '0'),
    ordinalOf: (cell) => {
      if (typeof cell !== 'string' || !cell.startsWith(prefix)) return undefined
      const rest = cell.slice(prefix.length)
      return isNumber.test(rest) ? Number(rest) : undefined
    },
  }
}

/** Values that are listed. */
export function listForm(values: readonly (number | string)[]): KeyForm {
  const ordinals = new Map<unknown, number>(values.map((value, index) => [value, index + 1]))
  return {
    most: values.length,
    shape: { kind: 'list', values },
    cellOf: (ordinal) => values[ordinal - 1] ?? null,
    ordinalOf: (cell) => ordinals.get(cell),
  }
}
