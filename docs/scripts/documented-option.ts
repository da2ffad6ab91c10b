import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type OptionName, optionsOf } from '../../src/options/option-table.js'
import { root } from './root.js'

/** An option as the comment above it describes it. */
export interface DocumentedOption {
  readonly name: string
  readonly text: string
  /** What `@default` says. */
  readonly fallback: string | undefined
}

/** Where the rows of the table of options stand, in its order. */
const TABLES = ['load', 'mix', 'rows', 'overlap', 'shards', 'target', 'again', 'output', 'tests']

/** The properties of an interface, from the comments above them. */
export async function readOptions(path: string, name: string): Promise<DocumentedOption[]> {
  const source = await readFile(resolve(root, path), 'utf8')
  const body = new RegExp(`^export interface ${name}\\b.*?\\{\\n(.*?)^\\}`, 'ms').exec(source)?.[1]
  if (body === undefined) throw new Error(`${path} has no interface ${name}`)
  return findOptions(body, /(\w+)\??:/)
}

/** The options of the engine and of the fixtures, from the comments above the rows of their table. */
export async function documentedOptions(): Promise<DocumentedOption[]> {
  const sources = await Promise.all(
    TABLES.map((table) => readFile(resolve(root, `src/options/table/${table}.ts`), 'utf8')),
  )
  const rows = findOptions(sources.join('\n'), /(\w+): option\(/)
  const inCode = new Set<string>([...optionsOf('engine'), ...optionsOf('tests')].map(([name]) => name))
  const hooks = await readOptions('src/stream/cdc-stream.ts', 'CdcOptions')
  return [...rows.filter(({ name }) => inCode.has(name as OptionName)), ...hooks]
}

function findOptions(source: string, declaration: RegExp): DocumentedOption[] {
  const pattern = new RegExp(`^ {2}(?:/\\*\\*((?:(?!\\*/).)*)\\*/\\s+)?(?:readonly )?(?:${declaration.source})`, 'gms')
  return [...source.matchAll(pattern)].map(([, comment = '', name = '']) => {
    const lines = comment.split('\n').map((line) => line.replace(/^\s*\* ?/, '').trim())
    const [text = '', fallback] = lines.join(' ').trim().split('@default')
    return { name, text: text.trim(), fallback: fallback?.trim() }
  })
}
