import { escapeIdentifier, escapeLiteral } from 'pg'
import type { CatalogColumn, CatalogTable } from './catalog-table.js'

/**
 * SQL that creates a table like the one that was inspected, for a schema of a test. Its own key comes from the stream, so
 * sequences are left out; so are foreign keys to tables that are not there.
 *
 * @param near the tables that are created before it, and itself
 * @param made the enums that were created before; those that this table needs are added
 */
export function draftDdl(table: CatalogTable, near: ReadonlySet<string>, made: Set<string>): string {
  const types = table.columns.flatMap(({ labels, typeName, typeIsNear }) => {
    if (!labels || !typeIsNear || made.has(typeName)) return []
    made.add(typeName)
    return [
      `CREATE TYPE ${escapeIdentifier(typeName)} AS ENUM (${labels.map((text) => escapeLiteral(text)).join(', ')});`,
    ]
  })
  const constraints = table.constraints.filter(
    ({ kind, table: target, tableIsNear }) => kind !== 'foreign' || (tableIsNear && near.has(target ?? '')),
  )
  const lines = [
    ...table.columns.map((column) => columnSql(column)),
    ...constraints.map(({ name, definition }) => `CONSTRAINT ${escapeIdentifier(name)} ${definition}`),
  ]
  return [
    ...types,
    `CREATE TABLE ${escapeIdentifier(table.name)} (`,
    lines.map((line) => `  ${line}`).join(',\n'),
    ')',
  ].join('\n')
}

function columnSql({ name, type, notNull, expression, generated, identity }: CatalogColumn): string {
  const isCounted = expression?.startsWith('nextval(') ?? false
  const value = generated
    ? ` GENERATED ALWAYS AS (${expression}) STORED`
    : identity || isCounted
      ? ` GENERATED ${identity ?? 'BY DEFAULT'} AS IDENTITY`
      : expression === null
        ? ''
        : ` DEFAULT ${expression}`
  return `${escapeIdentifier(name)} ${type}${value}${notNull ? ' NOT NULL' : ''}`
}
