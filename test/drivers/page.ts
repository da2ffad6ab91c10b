import { readFile } from 'node:fs/promises'
import { format } from 'prettier'
import { markdownTable } from '../../docs/scripts/table.js'
import type { Driver } from './driver.js'

const TABLE = /(?<=<!-- drivers -->\n)[\s\S]*?(?=<!-- end of drivers -->)/

/** The page with its table made anew. */
export async function driverPage(page: string, drivers: readonly Driver[]): Promise<string> {
  const text = await readFile(new URL('package.json', import.meta.url), 'utf8')
  const { dependencies } = JSON.parse(text) as { readonly dependencies: Readonly<Record<string, string>> }
  const rows = drivers.map(({ package: name, name: how, gives, note }) => [
    name === undefined ? '' : `\`${name}\``,
    name === undefined ? '' : dependencies[name]!,
    how,
    ...gives,
    note === undefined ? 'read as they are' : `read; ${note}`,
  ])
  const table = markdownTable(['package', 'version', 'how', '`int8`', '`numeric`', '`bool`', '`date`', 'verdict'], rows)
  return format(
    page.replace(TABLE, () => `\n${table}\n\n`),
    { ...prettierOptions, parser: 'markdown' },
  )
}

/** Those of the repository. */
const prettierOptions = JSON.parse(await readFile(new URL('../../.prettierrc.json', import.meta.url), 'utf8')) as object
