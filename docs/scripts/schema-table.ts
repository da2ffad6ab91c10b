import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './root.js'
import { markdownTable } from './table.js'

interface Result {
  readonly maker: string
  readonly kind: string
  readonly packages: string
  readonly tables: number
  readonly stream: number
  readonly unchanging: number
  readonly rest: readonly { readonly name: string; readonly why: string }[]
}

function results(): readonly Result[] {
  const folder = join(root, 'test/makers/results')
  return readdirSync(folder).map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Result)
}

/** What `npm run suite makers` found. */
export function schemaTable(): string {
  const found = results()
  const sum = (count: (result: Result) => number): number => found.reduce((total, result) => total + count(result), 0)
  const rows = found.map(({ maker, kind, packages, tables, stream, unchanging }) => [
    maker,
    kind,
    packages,
    String(tables),
    String(stream),
    String(unchanging),
  ])
  const [tables, stream] = [sum((one) => one.tables), sum((one) => one.stream)]
  const last = [
    'all',
    '',
    '',
    `${tables}`,
    `${stream} (${((stream / tables) * 100).toFixed(1)} %)`,
    `${sum((one) => one.unchanging)}`,
  ]
  return markdownTable(['maker', 'kind', 'versions', 'tables', 'stream', 'of these, without UPDATEs'], [...rows, last])
}

/** The tables that do not stream, and why. */
export function schemaRest(): string {
  const rows = results().flatMap(({ maker, rest }) => rest.map(({ name, why }) => [maker, `\`${name}\``, why]))
  return markdownTable(['maker', 'table', 'why'], rows)
}
