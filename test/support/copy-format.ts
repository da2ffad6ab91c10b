import type { PgValue } from '../../src/tables/column.js'

const LETTERS: Readonly<Record<string, string>> = { '\b': 'b', '\f': 'f', '\n': 'n', '\r': 'r', '\t': 't', '\v': 'v' }

/** Reads the text format of COPY byte by byte, as its documentation has it. NULL is `null`. */
export function parseCopy(bytes: Uint8Array): (string | null)[][] {
  const rows: (string | null)[][] = []
  let row: (string | null)[] = []
  let field: number[] = []
  let isNull = false
  const endField = (): void => {
    row.push(isNull ? null : Buffer.from(field).toString('utf8'))
    field = []
    isNull = false
  }
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!
    if (byte === 0x09) {
      endField()
    } else if (byte === 0x0a) {
      endField()
      rows.push(row)
      row = []
    } else if (byte === 0x5c) {
      const letter = String.fromCharCode(bytes[++at]!)
      if (letter === 'N') isNull = true
      else field.push((Object.entries(LETTERS).find(([, name]) => name === letter)?.[0] ?? letter).charCodeAt(0))
    } else {
      field.push(byte)
    }
  }
  if (row.length > 0 || field.length > 0) throw new Error('The last row has no newline.')
  return rows
}

/** What PostgreSQL writes for a value that `pg` has read. */
export function textOf(value: PgValue): string | null {
  if (value === null) return null
  if (typeof value === 'boolean') return value ? 't' : 'f'
  if (!(value instanceof Date)) return String(value)
  const [month, day] = [value.getMonth() + 1, value.getDate()].map((part) => String(part).padStart(2, '0'))
  return `${String(value.getFullYear()).padStart(4, '0')}-${month}-${day}`
}

/** One row in the text format of COPY, with its newline. */
export function copyLine(values: readonly PgValue[]): string {
  const fields = values.map((value) => {
    const text = textOf(value)
    if (text === null) return '\\N'
    return [...text].map((c) => (c === '\\' ? '\\\\' : c in LETTERS ? `\\${LETTERS[c]!}` : c)).join('')
  })
  return `${fields.join('\t')}\n`
}
