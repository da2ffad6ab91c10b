import * as arrow from 'apache-arrow'
import { parse } from 'csv-parse/sync'
import pg from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import { arrowWords } from '../../support/arrow-words.js'
import { measuredRows } from '../support/measured-rows.js'
import type { Databases, Reading } from '../support/reading.js'

/** A file of Arrow, read again: with as many digits behind the point as the file says. */
function arrowTable(scale: number): arrow.Table {
  const rows = measuredRows()
  const column = (index: number): (string | boolean | null)[] => rows.map((row) => row[index] ?? null)
  const texts = (index: number): (string | null)[] =>
    column(index).map((value) => (value === null ? null : String(value)))
  const words = (text: string): Uint32Array => arrowWords(BigInt(text.replace('.', '')) * 10n ** BigInt(scale - 8), 4)
  const table = new arrow.Table({
    id: arrow.vectorFromArray(
      texts(0).map((id) => BigInt(id!)),
      new arrow.Int64(),
    ),
    amount: arrow.vectorFromArray(
      texts(1).map((text) => (text === null ? null : words(text))),
      new arrow.Decimal(scale, 38),
    ),
    sold_on: arrow.vectorFromArray(
      texts(2).map((day) => (day === null ? null : new Date(`${day}T00:00:00Z`))),
      new arrow.DateDay(),
    ),
    is_paid: arrow.vectorFromArray(column(3) as (boolean | null)[], new arrow.Bool()),
    note: arrow.vectorFromArray(texts(4), new arrow.Utf8()),
  })
  return arrow.tableFromIPC(arrow.tableToIPC(table))
}

async function copyOut({ postgres }: Databases): Promise<string> {
  const client = new pg.Client(postgres)
  await client.connect()
  try {
    const chunks: string[] = []
    const stream = client.query(copyTo('COPY measured TO STDOUT (FORMAT csv, HEADER)'))
    for await (const chunk of stream.setEncoding('utf8')) chunks.push(chunk as string)
    return chunks.join('')
  } finally {
    await client.end()
  }
}

export const fileReadings: readonly Reading[] = [
  { package: 'apache-arrow', how: 'a table', database: 'none', read: () => Promise.resolve(arrowTable(8)) },
  {
    package: 'apache-arrow',
    how: '`toArray()`',
    database: 'none',
    read: () => Promise.resolve(arrowTable(8).toArray()),
  },
  {
    package: 'apache-arrow',
    how: 'a table, decimals of another scale',
    database: 'none',
    read: () => Promise.resolve(arrowTable(10)),
  },
  {
    package: 'csv-parse',
    how: 'of `COPY … (FORMAT csv)`',
    needs: '`cast`: an empty text without quotes is NULL',
    database: 'postgres',
    read: async (at) =>
      parse(await copyOut(at), {
        columns: true,
        cast: (value, { quoting }) => (value === '' && !quoting ? null : value),
      }),
  },
]
