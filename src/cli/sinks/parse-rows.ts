import { oneLine } from '../../database/one-line.js'
import { OptionsError } from '../../errors.js'

/** What was printed. */
export interface PrintedRows {
  readonly rows: readonly Readonly<Record<string, unknown>>[]
  /** Undefined where nothing tells them. */
  readonly columns: readonly string[] | undefined
}

/**
 * Reads rows as CSV with a header, or as NDJSON, whichever it is. In CSV a cell without quotes and without a letter is NULL, as
 * PostgreSQL's COPY has it. What is empty has no rows.
 *
 * @throws OptionsError for what is neither
 */
export function parseRows(printed: string): PrintedRows {
  const text = printed.replace(/^\uFEFF/, '')
  if (text.trim() === '') return { rows: [], columns: undefined }
  return text.trimStart().startsWith('{') ? parseNdjson(text) : parseCsv(text)
}

function parseNdjson(text: string): PrintedRows {
  const rows = text.split('\n').flatMap((line, index): PrintedRows['rows'] => {
    if (line.trim() === '') return []
    try {
      const row: unknown = JSON.parse(line)
      if (typeof row === 'object' && row !== null && !Array.isArray(row)) return [{ ...row }]
    } catch {
      // It is told below, as what is no object is.
    }
    throw new OptionsError(`Expected a JSON object in each line, got \`${oneLine(line, 60)}\` in line ${index + 1}.`)
  })
  return { rows, columns: rows[0] && Object.keys(rows[0]) }
}

function parseCsv(text: string): PrintedRows {
  const [header = [], ...records] = [...csvRecords(text)]
  const rows = records.map((record, index) => {
    if (record.length !== header.length) {
      throw new OptionsError(
        `Expected ${header.length} cells in each record of the CSV, as in its header, got ${record.length} in record ${index + 1}.`,
      )
    }
    return Object.fromEntries(header.map((name, place) => [name ?? '', record[place] ?? null]))
  })
  return { rows, columns: header.map((name) => name ?? '') }
}

/** As RFC 4180 has it. A cell is in quotes, in which two of them are one, or has neither quote, comma nor line break. */
const CELL = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y

function* csvRecords(text: string): Generator<(string | null)[]> {
  let record: (string | null)[] = []
  CELL.lastIndex = 0
  while (CELL.lastIndex < text.length || record.length > 0) {
    const at = CELL.lastIndex
    const found = CELL.exec(text)
    if (!found) throw new OptionsError(`Expected CSV, got \`${oneLine(text.slice(at), 60)}\`.`)
    const [, quoted, plain = '', end] = found
    record.push(quoted === undefined ? (plain === '' ? null : plain) : quoted.replaceAll('""', '"'))
    if (end === ',') continue
    yield record
    record = []
  }
}
