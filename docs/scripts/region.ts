import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { root } from './root.js'

const MARK = /^\s*(?:\/\/|--|#) ?#?(region|endregion) (\S+)\s*$/

/** The text of a file below the repository's root, or of a region of it (`PATH#region`), without the marks of regions. */
export async function readSource(source: string): Promise<string> {
  const [path = '', region] = source.split('#')
  const lines = (await readFile(resolve(root, path), 'utf8')).trimEnd().split('\n')
  const chosen = region === undefined ? lines : linesOf(lines, region)
  if (chosen.length === 0) throw new Error(`${source} is empty or not there`)
  return withoutIndent(chosen.filter((line) => !MARK.test(line))).join('\n')
}

/** The names of the regions of a file. */
export async function regionsOf(path: string): Promise<string[]> {
  const lines = (await readFile(resolve(root, path), 'utf8')).split('\n')
  return lines.flatMap((line) => (MARK.exec(line)?.[1] === 'region' ? [MARK.exec(line)![2]!] : []))
}

function linesOf(lines: readonly string[], region: string): string[] {
  const isMark = (line: string, kind: string): boolean => {
    const found = MARK.exec(line)
    return found?.[1] === kind && found[2] === region
  }
  const first = lines.findIndex((line) => isMark(line, 'region'))
  const last = lines.findIndex((line) => isMark(line, 'endregion'))
  return first < 0 || last < 0 ? [] : lines.slice(first + 1, last)
}

function withoutIndent(lines: readonly string[]): string[] {
  const indents = lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/))
  const least = Math.min(...indents)
  return lines.map((line) => line.slice(least))
}
