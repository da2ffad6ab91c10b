import type { SqlClient } from '../../database/client.js'
import type { CatalogTable } from '../catalog-table.js'
import { catalogColumn, type FoundColumn } from './catalog-column.js'
import { readConstraints } from './read-constraints.js'

const TABLE = `
  SELECT t.TABLE_TYPE AS kind, t.ENGINE AS engine, t.TABLE_COLLATION AS collation,
         (SELECT count(*) FROM information_schema.TRIGGERS AS r
           WHERE r.EVENT_OBJECT_SCHEMA = t.TABLE_SCHEMA AND r.EVENT_OBJECT_TABLE = t.TABLE_NAME AND r.ACTION_TIMING = 'BEFORE') AS triggers
    FROM information_schema.TABLES AS t WHERE t.TABLE_SCHEMA = ? AND t.TABLE_NAME = ?`

interface FoundTable {
  readonly kind: string
  readonly engine: string | null
  readonly collation: string | null
  readonly triggers: unknown
}

const COLUMNS = `
  SELECT COLUMN_NAME AS name, COLUMN_TYPE AS type, IS_NULLABLE AS nullable, COLUMN_DEFAULT AS preset, EXTRA AS extra,
         GENERATION_EXPRESSION AS expression, CHARACTER_SET_NAME AS charset, COLLATION_NAME AS collation
    FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? ORDER BY ORDINAL_POSITION`

/** A table; undefined when there is none of that name. */
export async function readTable(
  client: SqlClient,
  schema: string,
  name: string,
  isMariadb: boolean,
): Promise<CatalogTable | undefined> {
  const { rows } = await client.query<FoundTable>(TABLE, [schema, name])
  const [table] = rows
  if (!table || !/^(?:BASE TABLE|SYSTEM VERSIONED)$/.test(table.kind)) return undefined
  const { rows: columns } = await client.query<FoundColumn>(COLUMNS, [schema, name])
  const { json, constraints, oddIndexes } = await readConstraints(client, schema, name, isMariadb)
  const tied = new Set(constraints.flatMap((constraint) => constraint.columns))
  const { collation } = table
  return {
    schema,
    name,
    dialect: 'mysql',
    columns: columns.map((column) =>
      catalogColumn(column, {
        isMariadb,
        isJson: json.has(column.name),
        isTied: tied.has(column.name),
        tableCollation: collation,
      }),
    ),
    constraints,
    oddIndexes,
    // The load is written to InnoDB alone.
    storage: ` ENGINE = InnoDB${collation === null ? '' : ` COLLATE = ${collation}`}`,
    hasRowTriggers: Number(table.triggers) > 0,
  }
}
