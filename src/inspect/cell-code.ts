import { elementOf } from '../tables/types/array.js'
import { grouped, type KeyCode, type KeyedCode, LARGE, quote } from './code.js'
import { isScaled } from '../tables/scaled-number.js'
import type { Range } from './check-forms.js'
import type { DraftColumn } from './draft-column.js'
import { drawnOfType, keyedOfType } from './type-code.js'

const MOST_DRAWN = 9
/** Days from 2100 to the last that four digits can write. */
const DAYS = 2_885_000

/**
 * TypeScript that gives the value of a column that no other table decides, drawn anew for every row, or for every version
 * of it.
 */
export function drawnCode(column: DraftColumn, random: 'random' | 'changing', ownKey: KeyCode): string {
  const { type, choices, isUuid } = column
  if (choices) return `${random}.pick([${choices.map((text) => quote(text)).join(', ')}])`
  if (isUuid) return uuidCode(ownKey)
  const { range } = column
  switch (type) {
    case 'int2':
    case 'int4':
    case 'int8':
      return range.choices ? `${random}.pick([${range.choices.join(', ')}])` : betweenCode(random, range, 1_000)
    case 'bool':
      return range.choices ? range.choices.join() : `${random}.below(2) === 1`
    case 'date':
      return `timestampText(Date.UTC(2024, 0, 1 + ${random}.below(366))).slice(0, 10)`
    case 'text':
      return drawnText(column, random)
    default:
      return (
        bytesCode(column, `${random}.next()`) ??
        rangedCode(type, random, range) ??
        drawnOfType(type, random) ??
        drawnArray(column, random, ownKey) ??
        `${random}.between(1, ${mostOf(type)})`
      )
  }
}

/** Whole numbers of a range, above zero where it leaves that open. */
function betweenCode(random: string, { least, most }: Range, width: number, scale = 1): string {
  const from = most === undefined ? Math.max(least ?? 1, 1) : (least ?? (most < 1 ? most - width : 1))
  const to = Math.min(most ?? Infinity, Math.max(from, 1) + width - 1)
  return `${random}.between(${signed(from * scale)}, ${signed(to * scale)})`
}

const signed = (value: number): string => (value < 0 ? `-${grouped(-value)}` : grouped(value))

/** Bytes of a length that a CHECK asks for, from a number. */
function bytesCode({ type, range: { shortest } }: DraftColumn, number: string): string | undefined {
  if (type !== 'bytea' || shortest === undefined) return undefined
  return `\`\\\\x\${${number}.toString(16).padStart(${2 * Math.max(shortest, 7)}, '0')}\``
}

function keyedBytes(column: DraftColumn, { number }: KeyCode): KeyedCode | undefined {
  const code = bytesCode(column, number)
  return code === undefined ? undefined : { code, values: LARGE }
}

/** Numbers with a fraction that a CHECK limits. */
function rangedCode(type: string, random: string, range: Range): string | undefined {
  // What is drawn is above zero.
  if ((range.least ?? 1) <= 1 && range.most === undefined) return undefined
  const [precision = 0, scale = 0] = digitsOf(type)
  if (isScaled(type)) return betweenCode(random, range, 10 ** Math.min(precision - scale, 3), 10 ** scale)
  return /^(?:float[48]|numeric)$/.test(type) ? `String(${betweenCode(random, range, 1_000)})` : undefined
}

function drawnArray(column: DraftColumn, random: 'random' | 'changing', ownKey: KeyCode): string | undefined {
  if (!column.type.endsWith('[]')) return undefined
  const item = itemCode(column, drawnCode(itemOf(column), random, ownKey))
  return `arrayText([${item}, ${item}])`
}

/** Its items are no cells of columns: numbers with a scale are written out. */
function itemCode({ type }: DraftColumn, code: string): string {
  const [, scale] = /^numeric\(\d+,(\d+)\)/.exec(type) ?? []
  return scale === undefined ? code : `((${code}) / ${grouped(10 ** Number(scale))}).toFixed(${scale})`
}

function itemOf(column: DraftColumn): DraftColumn {
  return { ...column, type: elementOf(column.type) as DraftColumn['type'], choices: undefined }
}

/** The key of the row, where it is one integer. */
export const firstKey: KeyCode = { number: 'Number(cells[0])', text: 'cells[0]' }

/**
 * TypeScript that gives a value of its own for every row, as far as the type has enough of them. Whoever points at the
 * row computes it, too; and a later stream on the same tables begins with other keys, and so with other values.
 *
 * @param key the row's key, which is no other row's
 * @param isChecked whether a CHECK is on it: then numbers are above zero
 */
export function keyedCode(column: DraftColumn, key: KeyCode, isChecked: boolean): KeyedCode {
  const { type, choices, isUuid } = column
  const one = key.number
  const among = (values: number): string => `(${one} % ${grouped(values)})`
  if (choices) {
    const list = choices.map((text) => quote(text)).join(', ')
    return { code: `[${list}][${one} % ${choices.length}] ?? null`, values: choices.length }
  }
  if (isUuid) return { code: uuidCode(key), values: LARGE }
  const narrowed = limitedInteger(column, one)
  if (narrowed) return narrowed
  switch (type) {
    case 'int2':
      // From the other end, where rows that stand there already have none.
      return isChecked
        ? { code: `1 + ${among(32_767)}`, values: 32_767 }
        : { code: `${among(65_536)} - 32_768`, values: 65_536 }
    case 'int4':
    case 'int8':
      return { code: one, values: LARGE }
    case 'bool':
      return { code: `${one} % 2 === 0`, values: 2 }
    case 'date':
      return { code: `timestampText(Date.UTC(2100, 0, 1 + ${among(DAYS)})).slice(0, 10)`, values: DAYS }
    case 'text':
      return keyedText(column, key)
    default:
      return (
        keyedBytes(column, key) ??
        keyedOfType(column, key) ??
        keyedArray(column, key, isChecked) ??
        keyedAmount(type, key)
      )
  }
}

/** Of an integer that its type limits to less than it could be. */
function limitedInteger({ type, limits }: DraftColumn, number: string): KeyedCode | undefined {
  if (!/^int[248]$/.test(type) || limits?.most === undefined) return undefined
  const { least = 1, most } = limits
  const values = most - least + 1
  return { code: `${grouped(least)} + (${number} % ${grouped(values)})`, values }
}

function keyedArray(column: DraftColumn, key: KeyCode, isChecked: boolean): KeyedCode | undefined {
  if (!column.type.endsWith('[]')) return undefined
  const { code, values } = keyedCode(itemOf(column), key, isChecked)
  return { code: `arrayText([${itemCode(column, code)}])`, values }
}

function keyedAmount(type: string, { number: key }: KeyCode): KeyedCode {
  const [precision = 0, scale = 0] = digitsOf(type)
  const tens = 10 ** scale
  if (precision - scale >= MOST_DRAWN && scale <= 4) {
    return { code: tens === 1 ? key : `${key} * ${grouped(tens)}`, values: LARGE }
  }
  const values = 10 ** Math.min(precision, MOST_DRAWN) - 1
  return { code: `1 + (${key} % ${grouped(values)})`, values }
}

function keyedText({ name, limit }: DraftColumn, { number, text: key }: KeyCode): KeyedCode {
  if (limit && limit.most < MOST_DRAWN) {
    // As many as letters and digits make.
    const values = 36 ** limit.most
    const text = `(${number} % ${grouped(values)}).toString(36)`
    return { code: limit.exact ? `${text}.padStart(${limit.most}, '0')` : text, values }
  }
  if (limit?.exact) return { code: `String(${key}).padStart(${limit.most}, '0')`, values: LARGE }
  const label = `${labelOf(name)}-`
  const fits = limit === undefined || limit.most >= label.length + MOST_DRAWN
  return { code: fits ? `\`${label}\${${key}}\`` : `String(${key})`, values: LARGE }
}

const uuidCode = ({ number }: KeyCode): string =>
  `\`00000000-0000-4000-8000-\${${number}.toString(16).padStart(12, '0')}\``

function drawnText(column: DraftColumn, random: string): string {
  const { shortest = 0 } = column.range
  const text = plainText(column, random)
  return shortest > 1 ? `${text.startsWith('`') ? text : `(${text})`}.padStart(${shortest}, '0')` : text
}

function plainText({ name, limit }: DraftColumn, random: string): string {
  const label = `${labelOf(name)} `
  if (limit === undefined || (!limit.exact && limit.most >= label.length + 4)) {
    return `\`${label}\${${random}.below(10_000)}\``
  }
  const digits = Math.min(limit.most, MOST_DRAWN)
  const text = `String(${random}.below(${grouped(10 ** digits)}))`
  return limit.exact ? `${text}.padStart(${limit.most}, '0')` : text
}

/** At most some thousands, in units of the last digit. */
function mostOf(type: string): string {
  const [precision = 1, scale = 0] = digitsOf(type)
  return grouped(10 ** Math.min(precision, scale + 4, MOST_DRAWN) - 1)
}

const digitsOf = (type: string): number[] => [...type.matchAll(/\d+/g)].map(Number)

/** What of a name can stand in a template. */
const labelOf = (name: string): string => name.replaceAll(/[^\p{L}\p{N} _-]/gu, '') || 'text'
