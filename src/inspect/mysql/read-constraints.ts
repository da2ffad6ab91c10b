import type { SqlClient } from '../../database/client.js'
import { quoteName } from '../../database/mysql/quote.js'
import type { CatalogConstraint, CatalogTable, OddIndex } from '../catalog-table.js'
import { checkWords } from './check-words.js'

const INDEXES = `
  SELECT INDEX_NAME AS name, COLUMN_NAME AS columnName, SUB_PART AS part
    FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? AND NON_UNIQUE = 0
   ORDER BY INDEX_NAME <> 'PRIMARY', INDEX_NAME, SEQ_IN_INDEX`

interface FoundPart {
  readonly name: string
  /** Null for an expression. */
  readonly columnName: string | null
  /** Characters that the index looks at; null for all. */
  readonly part: number | string | null
}

const FOREIGN_KEYS = `
  SELECT k.CONSTRAINT_NAME AS name, k.COLUMN_NAME AS columnName, k.REFERENCED_TABLE_SCHEMA AS otherSchema,
         k.REFERENCED_TABLE_NAME AS otherTable, k.REFERENCED_COLUMN_NAME AS otherColumn, r.DELETE_RULE AS onDelete, r.UPDATE_RULE AS onUpdate
    FROM information_schema.KEY_COLUMN_USAGE AS k
    JOIN information_schema.REFERENTIAL_CONSTRAINTS AS r
      ON r.CONSTRAINT_SCHEMA = k.CONSTRAINT_SCHEMA AND r.CONSTRAINT_NAME = k.CONSTRAINT_NAME AND r.TABLE_NAME = k.TABLE_NAME
   WHERE k.TABLE_SCHEMA = ? AND k.TABLE_NAME = ? AND k.REFERENCED_TABLE_NAME IS NOT NULL
   ORDER BY k.CONSTRAINT_NAME, k.ORDINAL_POSITION`

interface FoundReference {
  readonly name: string
  readonly columnName: string
  readonly otherSchema: string
  readonly otherTable: string
  readonly otherColumn: string
  readonly onDelete: string
  readonly onUpdate: string
}

/** MariaDB names the table of a CHECK, of which another one may have the name, too; in MySQL a name is that of one CHECK. */
const CHECKS = {
  mariadb:
    'SELECT CONSTRAINT_NAME AS name, CHECK_CLAUSE AS clause FROM information_schema.CHECK_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = ? AND TABLE_NAME = ? ORDER BY 1',
  mysql: `
  SELECT c.CONSTRAINT_NAME AS name, c.CHECK_CLAUSE AS clause FROM information_schema.CHECK_CONSTRAINTS AS c
    JOIN information_schema.TABLE_CONSTRAINTS AS t ON t.CONSTRAINT_SCHEMA = c.CONSTRAINT_SCHEMA AND t.CONSTRAINT_NAME = c.CONSTRAINT_NAME
   WHERE t.TABLE_SCHEMA = ? AND t.TABLE_NAME = ? AND t.CONSTRAINT_TYPE = 'CHECK' AND t.ENFORCED = 'YES' ORDER BY 1`,
}

const NOWHERE = { table: null, tableIsNear: false, tableColumns: [] } as const

export type FoundConstraints = Pick<CatalogTable, 'constraints' | 'oddIndexes'> & {
  /** The columns that MariaDB keeps as texts of JSON. */
  readonly json: ReadonlySet<string>
}

export async function readConstraints(
  client: SqlClient,
  schema: string,
  table: string,
  isMariadb: boolean,
): Promise<FoundConstraints> {
  const { rows: parts } = await client.query<FoundPart>(INDEXES, [schema, table])
  const { rows: references } = await client.query<FoundReference>(FOREIGN_KEYS, [schema, table])
  const { rows: checks } = await client.query<{ name: string; clause: string }>(
    isMariadb ? CHECKS.mariadb : CHECKS.mysql,
    [schema, table],
  )
  const indexes = groupBy(parts, ({ name }) => name)
  const isJson = ({ name, clause }: { readonly name: string; readonly clause: string }): boolean =>
    clause === `json_valid(${quoteName(name)})`
  return {
    constraints: [
      ...indexes.filter((one) => !isOdd(one)).map(keyOf),
      ...groupBy(references, ({ name }) => name).map((one) => foreignKeyOf(one, schema)),
      ...checks.filter((check) => !isJson(check)).map(({ name, clause }) => checkOf(name, clause, isMariadb)),
    ],
    oddIndexes: indexes.filter(isOdd).map(oddIndex),
    json: new Set(checks.filter(isJson).map(({ name }) => name)),
  }
}

function groupBy<T>(rows: readonly T[], nameOf: (row: T) => string): (readonly [T, ...T[]])[] {
  const groups = new Map<string, [T, ...T[]]>()
  for (const row of rows) {
    const group = groups.get(nameOf(row))
    if (group) group.push(row)
    else groups.set(nameOf(row), [row])
  }
  return [...groups.values()]
}

const list = (names: readonly string[]): string => `(${names.map(quoteName).join(', ')})`

/** Of a part of a column, and of an expression, it does not tell rows apart by the column. */
const isOdd = (parts: readonly FoundPart[]): boolean =>
  parts.some(({ columnName, part }) => columnName === null || part !== null)

function keyOf(parts: readonly [FoundPart, ...FoundPart[]]): CatalogConstraint {
  const [{ name }] = parts
  const columns = parts.flatMap(({ columnName }) => columnName ?? [])
  const kind = name === 'PRIMARY' ? 'primary' : 'unique'
  const definition = `${kind === 'primary' ? 'PRIMARY KEY' : 'UNIQUE'} ${list(columns)}`
  return { name, kind, columns, definition, isPortable: true, ...NOWHERE }
}

function oddIndex(parts: readonly [FoundPart, ...FoundPart[]]): OddIndex {
  const shown = parts.map(({ columnName, part }) => {
    if (columnName === null) return 'an expression'
    return `${quoteName(columnName)}${part === null ? '' : `(${part})`}`
  })
  const columns = parts.flatMap(({ columnName }) => columnName ?? [])
  return { definition: `UNIQUE INDEX ${quoteName(parts[0].name)} (${shown.join(', ')})`, columns, isUnique: true }
}

function foreignKeyOf(parts: readonly [FoundReference, ...FoundReference[]], schema: string): CatalogConstraint {
  const [{ name, otherSchema, otherTable: table, onDelete, onUpdate }] = parts
  const columns = parts.map(({ columnName }) => columnName)
  const tableColumns = parts.map(({ otherColumn }) => otherColumn)
  const tableIsNear = otherSchema === schema
  const other = tableIsNear ? quoteName(table) : `${quoteName(otherSchema)}.${quoteName(table)}`
  // To refuse is what it does by itself; it has two words for that.
  const rules = Object.entries({ DELETE: onDelete, UPDATE: onUpdate })
    .filter(([, rule]) => rule !== 'RESTRICT' && rule !== 'NO ACTION')
    .map(([what, rule]) => ` ON ${what} ${rule}`)
  const definition = `FOREIGN KEY ${list(columns)} REFERENCES ${other} ${list(tableColumns)}${rules.join('')}`
  return { name, kind: 'foreign', columns, definition, isPortable: true, table, tableIsNear, tableColumns }
}

/** MySQL's information schema escapes the quotes of an expression's texts once more; MariaDB's does not. */
export const expressionText = (text: string, isMariadb: boolean): string =>
  isMariadb ? text : text.replaceAll(String.raw`\'`, "'")

function checkOf(name: string, clause: string, isMariadb: boolean): CatalogConstraint {
  const text = expressionText(clause, isMariadb)
  const { words, names } = checkWords(text)
  return { name, kind: 'check', columns: names, definition: `CHECK (${text})`, words, isPortable: true, ...NOWHERE }
}
