import type { UniqueIndex } from '../database/catalog.js'
import type { DatabaseClient } from '../database/client.js'
import { keyNames } from '../tables/keys/key-column.js'
import type { TableDefinition } from '../tables/table-definition.js'
import type { TableShape } from '../database/table-shape.js'

/** A table as DDL finds it or leaves it. */
export interface TableSnapshot {
  readonly shape: TableShape
  readonly unique: readonly UniqueIndex[]
}

/** Reads what DDL can change about the tables of a stream; undefined where there is no table of a name. */
export async function snapshotTables(
  { catalog }: Pick<DatabaseClient, 'catalog'>,
  schema: string,
  definitions: readonly TableDefinition[],
): Promise<(TableSnapshot | undefined)[]> {
  const snapshots: (TableSnapshot | undefined)[] = []
  for (const definition of definitions) {
    const shape = (await catalog.inspect(schema, [definition])).tables.get(definition)
    snapshots.push(shape && { shape, unique: await catalog.uniqueIndexes(schema, definition.name) })
  }
  return snapshots
}

/**
 * What DDL did to a table that its stream cannot go on with; undefined where there is nothing.
 *
 * @param links columns by which rows of other tables find a row of this one, which so tell its rows apart as the key does
 */
export function describeHarm(
  definition: TableDefinition,
  links: readonly (readonly string[])[],
  nulls: 'tpcds' | 'none',
  before: TableSnapshot | undefined,
  after: TableSnapshot | undefined,
): string | undefined {
  const { columns } = definition
  const key = keyNames(definition)
  if (!after) return 'it dropped or renamed'
  if (before && before.shape.oid !== after.shape.oid) return 'another table in its place'
  const earlier = new Map(before?.shape.columns.map((column) => [column.name, column]))
  const now = new Map(after.shape.columns.map((column) => [column.name, column]))
  for (const { name, nullable } of columns) {
    const [old, column] = [earlier.get(name), now.get(name)]
    if (!column) return `\`${name}\` dropped or renamed`
    if (old && old.type !== column.type) return `\`${name}\` as ${column.type} instead of ${old.type}`
    const takesNull = nulls !== 'none' && nullable !== false && !key.includes(name)
    if (takesNull && column.notNull && !old?.notNull) return `\`${name}\` NOT NULL`
    now.delete(name)
  }
  const demanding = [...now.values()].find(({ notNull, filled }) => notNull && !filled)
  if (demanding) return `a new column \`${demanding.name}\` that is NOT NULL and has no default`
  const known = new Set(before?.unique.map(({ id }) => id))
  const breakable = after.unique.find(
    (index) =>
      !known.has(index.id) && ![key, ...links].some((set) => set.every((name) => index.columns.includes(name))),
  )
  if (breakable) {
    return `the unique index \`${breakable.name}\` on (${breakable.columns.join(', ')}), in which the changes repeat values`
  }
  const { missingPrivileges, rowsHidden } = after.shape
  if (rowsHidden) return 'row-level security that holds for the user, who would miss rows'
  return missingPrivileges.length > 0 ? `no privilege to ${missingPrivileges.join(', ')}` : undefined
}
