import { qualifiedName } from '../database/postgres/quote.js'
import { TargetError } from '../errors.js'
import type { Column } from '../tables/column.js'
import { keyNames } from '../tables/keys/key-column.js'
import type { TableDefinition } from '../tables/table-definition.js'
import { fits } from './column-fit.js'
import type { ColumnShape, TableShape } from '../database/table-shape.js'
import type { DialectInfo } from '../database/dialect-info.js'
import { dialects } from '../database/dialects.js'

const KINDS: Readonly<Record<string, string>> = {
  v: 'a view',
  m: 'a materialized view',
  f: 'a foreign table',
  S: 'a sequence',
  i: 'an index',
  c: 'a type',
}

interface CheckOptions {
  readonly schema: string
  /** Who is logged in. */
  readonly user: string
  readonly nulls: 'tpcds' | 'none'
  readonly dialect: DialectInfo['name']
}

/**
 * Checks that a stream can write to a table.
 *
 * @throws TargetError that names what is in the way, and what to do
 */
export function checkTable(definition: TableDefinition, shape: TableShape, options: CheckOptions): void {
  const table = `${options.schema}.${definition.name}`
  if (shape.kind !== 'r' && shape.kind !== 'p') {
    fail(
      `\`${table}\` to be a table`,
      KINDS[shape.kind] ?? `relkind ${shape.kind}`,
      'Remove it, or use another schema.',
    )
  }
  const [unsafe] = dialects[options.dialect].unsafeStorages(shape.storage)
  if (unsafe !== undefined) {
    fail(`\`${table}\` to be kept by InnoDB`, unsafe, `It cannot roll back: ALTER TABLE ${table} ENGINE = InnoDB.`)
  }
  checkColumns(definition, shape, table, options.nulls)
  expectVisible(options.schema, definition.name, shape)
  if (shape.missingPrivileges.length > 0) {
    const missing = shape.missingPrivileges.join(', ')
    const { quote } = dialects[options.dialect]
    fail(
      `user \`${options.user}\` to have SELECT, INSERT, UPDATE and DELETE on \`${table}\``,
      `no ${missing}`,
      `Run: GRANT ${missing} ON ${quote(options.schema)}.${quote(definition.name)} TO ${quote(options.user)}`,
    )
  }
}

function checkColumns(definition: TableDefinition, shape: TableShape, table: string, nulls: string): void {
  const { columns } = definition
  const key = keyNames(definition)
  const actual = new Map(shape.columns.map((column) => [column.name, column]))
  const missing = columns.filter(({ name }) => !actual.has(name)).map(({ name }) => name)
  if (missing.length > 0) {
    fail(
      `\`${table}\` to have the columns of its definition`,
      `no ${missing.join(', ')}`,
      'Add them, or use another schema.',
    )
  }
  for (const defined of columns) {
    const { name, type, nullable } = defined
    const column = actual.get(name)
    if (column === undefined) continue
    if (!fits(defined, column)) {
      const wanted = defined.enumType === undefined ? `${type} or wider` : `the enum ${defined.enumType}`
      fail(`\`${table}.${name}\` to be ${wanted}`, column.type, 'Alter its type, or use another schema.')
    }
    checkUpdate(defined, column, table)
    if (type === 'text' && column.type === 'uuid' && key.includes(name)) {
      fail(`the key \`${name}\` of \`${table}\` to be defined as the uuid that it is`, type, "Set `type: 'uuid'`.")
    }
    if (column.generated) fail(`\`${table}.${name}\` to take values`, 'a generated column', 'Make it a plain column.')
    if (nulls !== 'none' && nullable !== false && !key.includes(name) && column.notNull) {
      fail(
        `\`${table}.${name}\` to take NULL`,
        'NOT NULL',
        "Drop the constraint, or set `nulls` to 'none'; in a definition of your own, say `nullable: false`.",
      )
    }
  }
  const known = new Set(columns.map(({ name }) => name))
  const demanding = shape.columns.find(({ name, notNull, filled }) => notNull && !filled && !known.has(name))
  if (demanding !== undefined) {
    fail(
      `\`${table}.${demanding.name}\`, which the definition lacks, to take NULL or have a default`,
      'neither',
      'Give it a default.',
    )
  }
}

/** PostgreSQL turns texts of an UPDATE into no other type by itself. */
function checkUpdate({ name, type, recomputed, enumType }: Column, actual: ColumnShape, table: string): void {
  if (type !== 'text' || !recomputed || enumType !== undefined) return
  if (actual.isEnum) {
    const known = `Set \`enumType: '${actual.type.replace(/^.*\./, '')}'\` in its definition.`
    fail(`the definition of \`${table}.${name}\` to name its enum, because UPDATEs set it`, 'no `enumType`', known)
  }
  if (actual.type === 'uuid') {
    fail(`\`${table}.${name}\` not to be set by UPDATEs`, 'a recomputed uuid', 'Recompute another column.')
  }
}

function fail(expected: string, got: string, todo: string): never {
  throw new TargetError(`Expected ${expected}, got ${got}. ${todo}`)
}

/** What makes a stream on this table slow or disturbing, a line each. */
export function tableWarnings(
  definition: TableDefinition,
  shape: TableShape,
  schema: string,
  dialect: DialectInfo,
): readonly string[] {
  const { name } = definition
  const key = keyNames(definition).join(', ')
  const table = `\`${schema}.${name}\``
  const warnings: string[] = []
  if (!shape.keyIndexed) {
    warnings.push(`${table} has no index on \`${key}\`: every UPDATE and DELETE scans the table. Add a primary key.`)
  } else if (!shape.keyUnique) {
    warnings.push(`${table} has no unique index on \`${key}\`: a key that stands there twice ends the stream.`)
  }
  const kept = dialects[dialect.name].lockingStorages(shape.storage)
  if (kept.length > 0) {
    warnings.push(
      `${table} is stored as ${kept.map((one) => `\`${one}\``).join(' and ')}, not heap: every UPDATE and DELETE locks the whole table.`,
    )
  }
  return warnings
}

/**
 * Whether UPDATE and DELETE lock a table whole until COMMIT: append-optimized tables always, and all tables where the server
 * looks for deadlocks on the coordinator only.
 */
export function locksWhole(dialect: DialectInfo, shape: TableShape): boolean {
  return dialect.tableLocks || dialects[dialect.name].lockingStorages(shape.storage).length > 0
}

/**
 * A policy hides rows without a word: they would not be counted, not be compared, and their keys be given out again.
 *
 * @throws TargetError where row-level security holds for the user who is logged in
 */
export function expectVisible(schema: string, name: string, { rowsHidden }: Pick<TableShape, 'rowsHidden'>): void {
  if (!rowsHidden) return
  throw new TargetError(
    `Expected \`${schema}.${name}\` to show all of its rows to the user who is logged in, got row-level security that holds for this user: rows would be missed, and COPY is refused. ` +
      `Let a role with BYPASSRLS log in, or run: ALTER TABLE ${qualifiedName(schema, name)} DISABLE ROW LEVEL SECURITY`,
  )
}
