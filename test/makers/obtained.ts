import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Where `.ci/install/makers.mjs` puts what it gets. */
const got = join(import.meta.dirname, '.got')

/** The folder of a package; undefined where it could not be had. */
export function obtained(name: string): string | undefined {
  const folder = join(got, name)
  return existsSync(join(folder, name === 'python' ? '.installed' : '.sha256')) ? folder : undefined
}

/** The text of files of a package, one after the other, without what only `psql` knows: of an `\\if`, the first half. */
export function sqlOf(folder: string, ...files: readonly string[]): string {
  return files.map((file) => plainSql(readFileSync(join(folder, file), 'utf8'))).join('\n')
}

function plainSql(text: string): string {
  return (
    text
      .replaceAll(/^\\else[\s\S]*?^\\endif/gm, '')
      .replaceAll(/\\gset$/gm, ';')
      .replaceAll(/^\\.*$/gm, '')
      // The server is PostgreSQL 14, and a file is one transaction.
      .replaceAll(/NULLS NOT DISTINCT/gi, '')
      .replaceAll(/\bindex concurrently\b/gi, 'INDEX')
  )
}
