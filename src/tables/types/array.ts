import type { CellType } from './cell-type.js'
import { textCells } from './text-cells.js'
import { textOf as anyText } from './value-text.js'

type Items = readonly (Items | string | null)[]

/** What has to be quoted among the items of an array. */
const QUOTED = /[{}",\\\s]|^$|^null$/i
const ITEM = /"((?:[^"\\]|\\[^])*)"|([^{},"\s](?:[^{},"]*[^{},"\s])?)/y

/** Arrays of a type, of any number of dimensions, with NULLs. */
export function arrayOf(element: CellType): CellType {
  const normalItem = (text: string, type: string): string | undefined => element.normal(text, elementOf(type))
  const cells = textCells({
    cells: 'an array as PostgreSQL writes it, such as {1,2,NULL} or {a,"b c"}',
    normal: (text, type) => {
      const items = parse(text)
      return items && write(items, (item) => normalItem(item, type))
    },
    textOf: (value, type) => {
      if (!Array.isArray(value)) return undefined
      const items = itemsOf(value, (item) => element.textOf?.(item, elementOf(type)) ?? anyText(item))
      return write(items, (item) => normalItem(item, type) ?? item)
    },
    isHeldBy: (actual, type) => actual.endsWith('[]') && element.isHeldBy(actual.slice(0, -2), elementOf(type)),
  })
  return {
    ...cells,
    decode: (value, type) =>
      cells.decode(Array.isArray(value) ? decodedItems(value, element, elementOf(type)) : value, type),
  }
}

/** Feeds write items in the forms that they have for values of the type, such as days since 1970. */
function decodedItems(value: unknown, element: CellType, type: string): unknown {
  if (Array.isArray(value)) return value.map((item) => decodedItems(item, element, type))
  const isScalar = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
  return isScalar ? (element.decode(value, type) ?? value) : value
}

/**
 * A cell of an array column: the items as PostgreSQL writes them in an array.
 *
 * @param items texts as cells of a column of the items' type are; numbers of integer types; truth values; lists of these for
 * arrays of several dimensions
 */
export function arrayText(items: ArrayItems): string {
  const texts = items.map((item) => {
    if (item === null) return 'NULL'
    if (typeof item === 'boolean') return item ? 't' : 'f'
    if (typeof item === 'number') return String(item)
    return typeof item === 'string' ? quoted(item) : arrayText(item)
  })
  return `{${texts.join(',')}}`
}

/** Items of an array, or arrays of them. */
export type ArrayItems = readonly (ArrayItems | string | number | boolean | null)[]

function quoted(text: string): string {
  return QUOTED.test(text) ? `"${text.replaceAll(/["\\]/g, '\\$&')}"` : text
}

/** The type of the items of an array type. */
export function elementOf(type: string): string {
  return type.slice(0, -2)
}

function itemsOf(values: readonly unknown[], text: (value: unknown) => string): Items {
  return values.map((value): Items | string | null => {
    if (Array.isArray(value)) return itemsOf(value, text)
    return value === null || value === undefined ? null : text(value)
  })
}

function write(items: Items, normalItem: (item: string) => string | undefined): string | undefined {
  const texts = items.map((item) => {
    if (item === null) return 'NULL'
    if (typeof item !== 'string') return write(item, normalItem)
    const text = normalItem(item)
    return text === undefined ? undefined : quoted(text)
  })
  return texts.includes(undefined) ? undefined : `{${texts.join(',')}}`
}

/** Reads what PostgreSQL writes (https://www.postgresql.org/docs/14/arrays.html#ARRAYS-IO); undefined for anything else. */
function parse(text: string): Items | undefined {
  let at = 0
  const skip = (): void => {
    while (/\s/.test(text[at] ?? '')) at += 1
  }
  const list = (): Items | undefined => {
    at += 1
    const items: (Items | string | null)[] = []
    skip()
    if (text[at] === '}') {
      at += 1
      return items
    }
    for (;;) {
      skip()
      const item = text[at] === '{' ? list() : scalar()
      if (item === undefined) return undefined
      items.push(item)
      skip()
      const next = text[at++]
      if (next === '}') return items
      if (next !== ',') return undefined
    }
  }
  const scalar = (): string | null | undefined => {
    ITEM.lastIndex = at
    const [whole = '', quoted, plain] = ITEM.exec(text) ?? []
    if (whole === '') return undefined
    at += whole.length
    if (quoted !== undefined) return quoted.replaceAll(/\\([^])/g, '$1')
    return /^null$/i.test(plain!) ? null : plain!
  }
  const items = text.startsWith('{') ? list() : undefined
  return at === text.length ? items : undefined
}
