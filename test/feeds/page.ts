import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { format } from 'prettier'
import { eventFormats } from '../../src/events/feed-format.js'
import { markdownTable } from '../../docs/scripts/table.js'
import { capturedRows } from './captured-rows.js'
import type { FeedRow } from './feed-row.js'
import { recordedRows } from './recorded-rows.js'
import { mariadbRow, subscriptionRow } from './sink-rows.js'

/** The rows that a test of this folder is made from. */
const ran: readonly FeedRow[] = [...capturedRows, subscriptionRow, ...eventFormats.map(mariadbRow)]

/** The page with its tables made anew. */
export async function feedPage(page: string): Promise<string> {
  const real = markdownTable(
    ['tool', 'version', 'setting', 'verdict'],
    ran.map((row) => cellsOf(row)),
  )
  const recorded = markdownTable(
    ['tool', 'version', 'setting', 'verdict', 'test'],
    recordedRows.map((row) => [...cellsOf(row), `[${basename(row.test[0], '.test.ts')}](../${row.test[0]})`]),
  )
  const options = JSON.parse(await readFile(new URL('../../.prettierrc.json', import.meta.url), 'utf8')) as object
  return format(filled(filled(page, 'real output', real), 'recorded shapes', recorded), {
    ...options,
    parser: 'markdown',
  })
}

function filled(page: string, mark: string, table: string): string {
  const between = new RegExp(`(?<=<!-- ${mark} -->\\n)[\\s\\S]*?(?=<!-- end of ${mark} -->)`)
  if (!between.test(page)) throw new Error(`Expected the page to have a place for ${mark}, got none.`)
  return page.replace(between, () => `\n${table}\n\n`)
}

function cellsOf({ tool, version, setting, verdict }: FeedRow): string[] {
  return [tool, version, setting, verdict]
}
