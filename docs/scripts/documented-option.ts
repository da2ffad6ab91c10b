import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { root } from './root.js'

/** An option as its declaration describes it. */
export interface DocumentedOption {
  readonly name: string
  readonly text: string
  /** What `@default` says. */
  readonly fallback: string | undefined
}

/** The options of an interface, from the comments above them. */
export async function readOptions(path: string, name: string): Promise<DocumentedOption[]> {
  const source = await readFile(resolve(root, path), 'utf8')
  const body = new RegExp(`^export interface ${name}\\b.*?\\{\\n(.*?)^\\}`, 'ms').exec(source)?.[1]
  if (body === undefined) throw new Error(`${path} has no interface ${name}`)
  const properties = [...body.matchAll(/^ {2}(?:\/\*\*((?:(?!\*\/).)*)\*\/\s+)?readonly (\w+)\??:/gms)]
  return properties.map(([, comment = '', property = '']) => {
    const lines = comment.split('\n').map((line) => line.replace(/^\s*\* ?/, '').trim())
    const [text = '', fallback] = lines.join(' ').trim().split('@default')
    return { name: property, text: text.trim(), fallback: fallback?.trim() }
  })
}
