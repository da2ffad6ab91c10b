import type { DraftColumn } from './draft-column.js'

/** TypeScript that gives the value of a cell, and what is left to do there. */
export interface CellCode {
  readonly code: string
  readonly todo?: string
}

const MOST_DRAWN = 9

/**
 * The value of a column that no other table decides. In the code there are `cells[0]`, the key, and `random`, from which
 * the values of this row, or of this version of it, are drawn.
 */
export function cellCode(column: DraftColumn, random: 'random' | 'changing'): CellCode {
  const { type, choices, isUuid, unique } = column
  if (unique) return uniqueCode(column)
  if (choices) return { code: `${random}.pick([${choices.map((text) => quote(text)).join(', ')}])` }
  if (isUuid) return { code: uuidCode }
  switch (type) {
    case 'int2':
    case 'int4':
    case 'int8':
      return { code: `${random}.between(1, 1_000)` }
    case 'bool':
      return { code: `${random}.below(2) === 1` }
    case 'date':
      return { code: `new Date(Date.UTC(2024, 0, 1 + ${random}.below(366))).toISOString().slice(0, 10)` }
    case 'text':
      return { code: textCode(column, random) }
    default:
      return { code: `${random}.between(1, ${mostOf(type)})` }
  }
}

/** Made from the key, which is no other row's. */
function uniqueCode(column: DraftColumn): CellCode {
  const { name, type, limit, isUuid, choices } = column
  if (isUuid) return { code: uuidCode }
  const [precision = 0, scale = 0] = [...type.matchAll(/\d+/g)].map(Number)
  const tens = 10 ** scale
  if (type.startsWith('numeric') && precision - scale >= MOST_DRAWN && scale <= 4) {
    return { code: tens === 1 ? 'Number(cells[0])' : `Number(cells[0]) * ${grouped(tens)}` }
  }
  if (type === 'text' && !choices && (limit === undefined || limit.most >= MOST_DRAWN)) {
    if (limit?.exact) return { code: `String(cells[0]).padStart(${limit.most}, '0')` }
    const label = `${labelOf(name)}-`
    const fits = limit === undefined || limit.most >= label.length + MOST_DRAWN
    return { code: fits ? `\`${label}\${cells[0]}\`` : 'String(cells[0])' }
  }
  const { code } = cellCode({ ...column, unique: false }, 'random')
  return { code, todo: 'no two rows may have the same value here, and this one repeats' }
}

const uuidCode = "`00000000-0000-4000-8000-${Number(cells[0]).toString(16).padStart(12, '0')}`"

function textCode({ name, limit }: DraftColumn, random: string): string {
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
  const [precision = 1, scale = 0] = [...type.matchAll(/\d+/g)].map(Number)
  return grouped(10 ** Math.min(precision, scale + 4, MOST_DRAWN) - 1)
}

/** What of a name can stand in a template. */
const labelOf = (name: string): string => name.replaceAll(/[^\p{L}\p{N} _-]/gu, '') || 'text'

function grouped(value: number): string {
  return String(value).replaceAll(/\B(?=(\d{3})+$)/g, '_')
}

/** A text as TypeScript, in single quotes where that is possible. */
export function quote(text: string): string {
  return /['\\\p{C}]/u.test(text) ? JSON.stringify(text) : `'${text}'`
}

export const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ')
