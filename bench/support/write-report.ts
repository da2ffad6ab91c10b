import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { partReport, type RecordedPart } from './report.js'

const BEGIN = '<!-- figures: written by `npm run bench` -->'
const END = '<!-- end of figures -->'

type Results = Readonly<Record<string, RecordedPart>>

/** Enters what parts found into `results.json` and the tables of `README.md`; those of other parts stay. */
export async function writeReport(
  folder: string,
  found: Results,
  order: readonly string[],
  format: (file: string) => void,
): Promise<void> {
  const path = join(folder, 'results.json')
  const before = JSON.parse(await readFile(path, 'utf8').catch(() => '{}')) as Results
  const all: Results = { ...before, ...found }
  const ordered = Object.fromEntries(order.flatMap((name) => (all[name] ? [[name, all[name]]] : [])))
  await writeFile(path, `${JSON.stringify(ordered, undefined, 2)}\n`)
  const readme = join(folder, 'README.md')
  const text = Object.values(ordered).map(partReport).join('\n\n')
  await writeFile(readme, replaceBetween(await readFile(readme, 'utf8'), text))
  format(path)
  format(readme)
}

/** Puts text between the two markers. */
export function replaceBetween(document: string, text: string): string {
  const [begin, end] = [document.indexOf(BEGIN), document.indexOf(END)]
  if (begin < 0 || end < begin) throw new Error(`Expected README.md to have the lines ${BEGIN} and ${END}.`)
  return `${document.slice(0, begin + BEGIN.length)}\n\n${text}\n\n${document.slice(end)}`
}
