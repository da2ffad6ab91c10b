import { dialects } from '../database/dialects.js'
import { escapeIdentifier, escapeLiteral } from '../database/postgres/quote.js'
import type { CatalogColumn, CatalogConstraint, CatalogType } from './catalog-table.js'
import { columnOf, isCounted, isFilled } from './draft-table.js'
import type { ForeignKey } from './foreign-key.js'
import { holding, type Member } from './member.js'
import type { RowPlan } from './row-plan.js'

/** SQL that creates a table like the one that was inspected, and what of that table it lacks. */
export interface DraftDdl {
  readonly sql: string
  /** A line each. */
  readonly lacks: readonly string[]
}

/**
 * Drafts the SQL that creates a table for a schema of a test, in a database that may have nothing else. The key comes from
 * the stream, so sequences are left out; so is what needs other things than the tables and types of the draft.
 */
export function draftDdl({ member }: RowPlan): DraftDdl {
  const { source } = member.table
  const quote = (name: string): string => dialects[source.dialect].quote(name)
  const lacks: string[] = []
  const columns = source.columns.filter((column) => {
    const isThere = columnOf(member.table, column.name) !== undefined || isPossible(column)
    if (!isThere) lacks.push(`The \`ddl\` leaves \`${column.name}\` out: it needs what only that database has.`)
    return isThere
  })
  const names = columns.map(({ name }) => name)
  const constraints = source.constraints.filter(({ kind, name, isPortable, definition, columns: its }) => {
    if (!its.every((column) => names.includes(column))) return false
    if (kind === 'foreign') {
      const named = (key: ForeignKey): boolean => key.name === name
      const later = member.circular.find(named)
      if (later)
        lacks.push(
          `The \`ddl\` leaves \`${name}\` out: \`${later.table}\` is created later, and the tables point at each other.`,
        )
      const kept = [...holding(member).filter((key) => !member.torn.includes(key)), ...member.apart]
      return kept.some(named)
    }
    if (!isPortable)
      lacks.push(`The \`ddl\` leaves \`${name}\` out, which needs what only that database has: ${definition}`)
    return isPortable
  })
  const lines = [
    ...columns.map((column) => columnSql(column, member, lacks)),
    ...constraints.map(({ kind, name, definition }) => {
      // In MySQL, a primary key has no name of its own.
      const named = source.dialect === 'mysql' && kind === 'primary' ? '' : `CONSTRAINT ${quote(name)} `
      return named + validated(definition)
    }),
    ...columns.filter((column) => needsIndex(column, constraints)).map(({ name }) => `KEY (${quote(name)})`),
  ]
  const types = columns.flatMap((column) => column.types)
  const created = types.filter((type, index) => types.findIndex(({ name }) => name === type.name) === index)
  const sql = [
    ...created.map(typeSql),
    `CREATE TABLE ${quote(source.name)} (`,
    lines.map((line) => `  ${line}`).join(',\n'),
    `)${source.storage ?? ''}`,
  ].join('\n')
  return { sql, lacks }
}

/** Whether a column that the database fills can be there in a schema of a test. */
function isPossible({ typeIsPortable, generated, expressionIsPortable }: CatalogColumn): boolean {
  return typeIsPortable && (!generated || expressionIsPortable)
}

/** What MySQL counts has to be the first column of an index. */
function needsIndex({ name, identity }: CatalogColumn, kept: readonly CatalogConstraint[]): boolean {
  const isFirst = ({ kind, columns }: CatalogConstraint): boolean =>
    (kind === 'primary' || kind === 'unique') && columns[0] === name
  return identity === 'AUTO_INCREMENT' && !kept.some(isFirst)
}

/** What is not checked for rows that are there already is checked for new ones all the same. */
const validated = (definition: string): string => definition.replace(/ NOT VALID$/, '')

/** Where several tables need a type, the first of them creates it. */
function typeSql(type: CatalogType): string {
  const sql = type.domain ? domainSql(type.name, type.domain) : enumSql(type)
  return `DO ${escapeLiteral(`BEGIN ${sql}; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END`)};`
}

function enumSql({ name, labels }: CatalogType): string {
  return `CREATE TYPE ${escapeIdentifier(name)} AS ENUM (${(labels ?? []).map((text) => escapeLiteral(text)).join(', ')})`
}

function domainSql(
  name: string,
  { base, notNull, default: value, checks }: NonNullable<CatalogType['domain']>,
): string {
  const parts = [
    `CREATE DOMAIN ${escapeIdentifier(name)} AS ${base}`,
    ...(value === null ? [] : [`DEFAULT ${value}`]),
    ...(notNull ? ['NOT NULL'] : []),
    ...checks.map((check) => `CONSTRAINT ${escapeIdentifier(check.name)} ${validated(check.definition)}`),
  ]
  return parts.join(' ')
}

function columnSql(column: CatalogColumn, { table }: Member, lacks: string[]): string {
  const { name, type, expression, generated, identity, expressionIsPortable } = column
  const isMade = columnOf(table, name) !== undefined
  const isMysql = table.source.dialect === 'mysql'
  let { notNull } = column
  let value = ''
  if (generated) value = ` GENERATED ALWAYS AS (${expression}) STORED`
  else if (isCounted(column)) value = isMysql ? ' AUTO_INCREMENT' : ` GENERATED ${identity ?? 'BY DEFAULT'} AS IDENTITY`
  else if (expression !== null && expressionIsPortable) value = ` DEFAULT ${expression}`
  else if (expression !== null) {
    lacks.push(
      `The \`ddl\` leaves out the default of \`${name}\`, which needs what only that database has: ${expression}`,
    )
  }
  if (notNull && !isMade && !generated && !isCounted(column) && (value === '' || !isFilled(column))) {
    notNull = false
    lacks.push(`In the \`ddl\`, \`${name}\` takes NULL, because rows have no value for it.`)
  }
  // MariaDB has no such word of a column that it computes.
  const isWord = notNull && !(isMysql && generated)
  return `${dialects[table.source.dialect].quote(name)} ${type}${value}${isWord ? ' NOT NULL' : ''}`
}
