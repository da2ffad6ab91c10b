import type { Catalog, KeyRange, Measured, Measuring, SchemaFacts, TableAccess, UniqueIndex } from '../catalog.js'
import type { SqlClient } from '../client.js'
import { type ColumnShape, type FoundIndex, keyIndexes, type TableShape } from '../table-shape.js'
import { keyNames } from '../../tables/keys/key-column.js'
import { TableKey } from '../../tables/keys/table-key.js'
import type { TableDefinition } from '../../tables/table-definition.js'
import { comparableType } from './column-types.js'
import { ordinalSql } from './key-sql.js'
import { quoteName, tableName } from './quote.js'
import { stateOf } from './server-error.js'
import { charsetWarnings, serverWarnings } from './warnings.js'

/** `relkind` of PostgreSQL. */
const KINDS: Readonly<Record<string, string>> = {
  'BASE TABLE': 'r',
  'SYSTEM VERSIONED': 'r',
  VIEW: 'v',
  'SYSTEM VIEW': 'v',
  SEQUENCE: 'S',
}

/** One text of JSON for each column: names of the catalog's columns are in upper case on some servers only. */
const COLUMNS = `
  SELECT TABLE_NAME AS tableName, COLUMN_NAME AS name, COLUMN_TYPE AS type, IS_NULLABLE AS nullable, COLUMN_DEFAULT AS preset,
         EXTRA AS extra, coalesce(GENERATION_EXPRESSION, '') AS expression
    FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ? AND TABLE_NAME IN (?) ORDER BY ORDINAL_POSITION`

interface FoundColumn {
  readonly tableName: string
  readonly name: string
  readonly type: string
  readonly nullable: string
  readonly preset: string | null
  readonly extra: string
  readonly expression: string
}

const INDEXES = `
  SELECT TABLE_NAME AS tableName, INDEX_NAME AS name, NON_UNIQUE AS repeats, COLUMN_NAME AS columnName, SUB_PART AS part
    FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = ? AND TABLE_NAME IN (?) ORDER BY INDEX_NAME, SEQ_IN_INDEX`

interface FoundPart {
  readonly tableName: string
  readonly name: string
  readonly repeats: unknown
  readonly columnName: string | null
  readonly part: unknown
}

/** What MySQL and MariaDB say about tables; a schema is a database there. */
export class MysqlCatalog implements Catalog {
  readonly #client: SqlClient

  constructor(client: SqlClient) {
    this.#client = client
  }

  async inspect(schema: string, definitions: readonly TableDefinition[]): Promise<SchemaFacts> {
    const user = await this.#one<{ user: string }>('SELECT current_user() AS user')
    const found = await this.#client.query('SELECT 1 AS found FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = ?', [
      schema,
    ])
    const usage = found.rows.length > 0 ? true : null
    const tables = await this.#shapes(schema, definitions)
    const [name = ''] = user.user.split('@', 1)
    const warnings = [
      ...(await serverWarnings(this.#client)),
      ...(await charsetWarnings(this.#client, schema, definitions)),
    ]
    return { user: name, database: schema, usage, tables, warnings }
  }

  async measure(schema: string, tables: readonly Measuring[]): Promise<readonly Measured[]> {
    const parts = tables.map(({ definition, columns }, place) => {
      const numbers = [ordinalSql(new TableKey(definition)), ...columns.map(quoteName)]
      const maxima = numbers.map((number) => `CAST(max(${number}) AS char)`)
      const table = tableName(schema, definition.name)
      return `SELECT ${place} AS place, count(*) AS count, json_array(${maxima.join(', ')}) AS maxima FROM ${table}`
    })
    const { rows } = await this.#client.query<{ count: unknown; maxima: string }>(
      `${parts.join(' UNION ALL ')} ORDER BY 1`,
    )
    return rows.map(({ count, maxima }) => ({
      count: Number(count),
      maxima: JSON.parse(maxima) as (string | null)[],
    }))
  }

  async hasRows(schema: string, definition: TableDefinition, { above, upTo }: KeyRange): Promise<boolean> {
    const key = ordinalSql(new TableKey(definition))
    const end = upTo === undefined ? '' : ` AND ${key} <= ${upTo}`
    const { rows } = await this.#client.query(
      `SELECT 1 AS found FROM ${tableName(schema, definition.name)} WHERE ${key} > ${above}${end} LIMIT 1`,
    )
    return rows.length > 0
  }

  async areEmpty(schema: string, definitions: readonly TableDefinition[]): Promise<boolean> {
    for (const { name, columns } of definitions) {
      const names = columns.map((column) => quoteName(column.name))
      const { rows } = await this.#client.query(`SELECT ${names.join(', ')} FROM ${tableName(schema, name)} LIMIT 1`)
      if (rows.length > 0) return false
    }
    return true
  }

  async access(schema: string, table: string): Promise<TableAccess> {
    const readable = await this.#may(`SELECT 1 FROM ${tableName(schema, table)} LIMIT 0`).catch(() => null)
    return { readable, secured: false }
  }

  async uniqueIndexes(schema: string, table: string): Promise<readonly UniqueIndex[]> {
    const indexes = await this.#indexes(schema, [table])
    return indexes.filter(({ unique }) => unique).map(({ name, columns }) => ({ id: name, name, columns }))
  }

  /** All tables of a schema. */
  async tablesOf(schema: string): Promise<readonly string[]> {
    const { rows } = await this.#client.query<{ name: string }>(
      `SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_TYPE = 'BASE TABLE'`,
      [schema],
    )
    return rows.map(({ name }) => name)
  }

  async #shapes(
    schema: string,
    definitions: readonly TableDefinition[],
  ): Promise<ReadonlyMap<TableDefinition, TableShape>> {
    const shapes = new Map<TableDefinition, TableShape>()
    if (definitions.length === 0) return shapes
    const names = definitions.map(({ name }) => name)
    const { rows: tables } = await this.#client.query<{ name: string; kind: string; engine: string | null }>(
      'SELECT TABLE_NAME AS name, TABLE_TYPE AS kind, ENGINE AS engine FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME IN (?)',
      [schema, names],
    )
    const { rows: columns } = await this.#client.query<FoundColumn>(COLUMNS, [schema, names])
    const indexes = await this.#indexes(schema, names)
    for (const definition of definitions) {
      const table = tables.find(({ name }) => name === definition.name)
      if (!table) continue
      const own = columns.filter(({ tableName: of }) => of === definition.name)
      shapes.set(definition, {
        // There is no number that outlives DDL here.
        oid: 0,
        kind: KINDS[table.kind] ?? table.kind,
        storage: table.engine === null ? [] : [table.engine],
        partitions: undefined,
        columns: own.map((column) => shapeOf(column, definition)),
        ...keyIndexes(
          keyNames(definition),
          indexes.filter(({ tableName: of }) => of === definition.name),
        ),
        missingPrivileges: await this.#missing(schema, definition),
        rowsHidden: false,
      })
    }
    return shapes
  }

  async #indexes(
    schema: string,
    tables: readonly string[],
  ): Promise<readonly (FoundIndex & { readonly name: string; readonly tableName: string })[]> {
    const { rows } = await this.#client.query<FoundPart>(INDEXES, [schema, tables])
    const byName = new Map<string, FoundPart[]>()
    for (const part of rows) {
      const name = JSON.stringify([part.tableName, part.name])
      byName.set(name, [...(byName.get(name) ?? []), part])
    }
    return [...byName.values()].map((parts) => {
      const [{ tableName: of, name, repeats, columnName }] = parts as [FoundPart]
      return {
        tableName: of,
        name,
        first: columnName ?? '',
        // Of a prefix of a column, and of an expression, it does not tell rows apart by the column.
        columns: parts.flatMap((part) => (part.part === null ? (part.columnName ?? []) : [])),
        width: parts.length,
        unique: Number(repeats) === 0,
      }
    })
  }

  /** By statements that change nothing, because roles and wildcards grant, too. */
  async #missing(schema: string, { name, columns }: TableDefinition): Promise<readonly string[]> {
    const table = tableName(schema, name)
    const column = quoteName(columns[0]!.name)
    const statements = {
      SELECT: `SELECT 1 FROM ${table} LIMIT 0`,
      INSERT: `INSERT INTO ${table} SELECT * FROM ${table} WHERE false`,
      UPDATE: `UPDATE ${table} SET ${column} = ${column} WHERE false`,
      DELETE: `DELETE FROM ${table} WHERE false`,
    }
    const missing: string[] = []
    for (const [privilege, sql] of Object.entries(statements)) {
      if (!(await this.#may(sql).catch(() => true))) missing.push(privilege)
    }
    return missing
  }

  /** Whether the user may run a statement; rejects where it fails for anything else. */
  async #may(sql: string): Promise<boolean> {
    try {
      await this.#client.query(sql)
      return true
    } catch (error) {
      if ((error as { readonly code?: string }).code === stateOf(1142)) return false
      throw error
    }
  }

  async #one<Row>(sql: string): Promise<Row> {
    return (await this.#client.query<Row>(sql)).rows[0]!
  }
}

function shapeOf(
  { name, type, nullable, preset, extra, expression }: FoundColumn,
  table: TableDefinition,
): ColumnShape {
  const defined = table.columns.find((column) => column.name === name)
  const notNull = nullable === 'NO'
  const generated = expression !== ''
  return {
    name,
    type: comparableType(type, defined),
    notNull,
    filled: generated || /auto_increment|default_generated/i.test(extra) || (preset !== null && preset !== 'NULL'),
    generated,
    // An enum has no name of its own here, so that a definition may say one or not.
    isEnum: defined?.enumType !== undefined,
  }
}
