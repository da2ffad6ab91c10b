import { stripVTControlCharacters } from 'node:util'

/** All that could mean something to Markdown, HTML or a table. */
const MEANINGFUL = /[!#$&*:<>@[\\\]_`{|}~]/g

/** A text, on one line, that means nothing but itself in Markdown. */
export function plainText(text: string): string {
  return stripVTControlCharacters(text)
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replaceAll(MEANINGFUL, (character) => `&#${character.codePointAt(0)};`)
}

/** A text as it is, in a block with a fence that it does not hold. */
export function codeBlock(text: string, language = 'sh'): string {
  const runs = [...text.matchAll(/`+/g)].map(([run]) => run.length)
  const fence = '`'.repeat(Math.max(2, ...runs) + 1)
  return `${fence}${language}\n${text}\n${fence}`
}

/** A table of cells that are Markdown already. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}
