import { comparableType } from '../../database/mysql/column-types.js'
import { quoteText } from '../../database/mysql/quote.js'
import type { CatalogColumn } from '../catalog-table.js'
import type { Range } from '../check-forms.js'
import { plainText } from './check-words.js'
import { expressionText } from './read-constraints.js'

/** As the information schema has it. */
export interface FoundColumn {
  readonly name: string
  readonly type: string
  readonly nullable: string
  readonly preset: string | null
  readonly extra: string
  readonly expression: string | null
  readonly charset: string | null
  readonly collation: string | null
}

/** What is known of a column beside its own entry. */
export interface ColumnFacts {
  readonly isMariadb: boolean
  /** Whether a CHECK makes it one of JSON, as in MariaDB. */
  readonly isJson: boolean
  /** Whether a key, a foreign key or a CHECK names it. */
  readonly isTied: boolean
  readonly tableCollation: string | null
}

export function catalogColumn(found: FoundColumn, facts: ColumnFacts): CatalogColumn {
  const { name, nullable } = found
  const extra = found.extra.toLowerCase()
  const notNull = nullable === 'NO'
  const generated = extra.includes(' generated')
  const type = createdAs(found, facts, notNull)
  const labels = labelsOf(found.type)
  const base = baseOf(found.type, facts)
  const expression = generated
    ? expressionText(found.expression ?? '', facts.isMariadb)
    : presetOf(found, extra, base, facts.isMariadb)
  return {
    name,
    type,
    base,
    limits: base === 'boolean' ? undefined : limitsOf(found.type),
    notNull,
    expression,
    // A sequence, and the time of a row's versions, are of that database alone.
    expressionIsPortable: !/\b(?:nextval|lastval)\b|^row (?:start|end)$/i.test(expression ?? ''),
    hasDomainDefault: false,
    generated,
    identity: extra.includes('auto_increment') ? 'AUTO_INCREMENT' : null,
    labels,
    typeName: '',
    typeIsNear: labels !== null,
    types: [],
    typeIsPortable: true,
    domainChecks: [],
  }
}

/** What CREATE TABLE says. */
function createdAs(
  { type, charset, collation }: FoundColumn,
  { isJson, tableCollation }: ColumnFacts,
  notNull: boolean,
): string {
  if (isJson) return 'json'
  // Without a word, older servers take no NULL here.
  if (type.startsWith('timestamp')) return notNull ? type : `${type} NULL`
  return charset === null || collation === tableCollation
    ? type
    : `${type} CHARACTER SET ${charset} COLLATE ${collation}`
}

/** The name in PostgreSQL of what rows are made for; MySQL's own for what they cannot be made for. */
function baseOf(type: string, { isJson, isTied }: ColumnFacts): string {
  if (isJson) return 'json'
  // A boolean is a small number; one that a constraint is on may be meant as such.
  if (type === 'tinyint(1)' && !isTied) return 'boolean'
  const [, name = '', digits] = /^(\w+)(?:\((\d+)(?:,\d+)?\))?/.exec(type) ?? []
  // Bytes are drawn seven at least, and padded in a column of some length.
  const isShort = /^(?:var)?binary$/.test(name) && Number(digits) < 7
  // Of so many digits, the server rounds what is written.
  const isRounded = /^(?:float|double)$/.test(name) && digits !== undefined
  return isShort || isRounded ? type : comparableType(type, undefined)
}

/** What is left of the values that its name in PostgreSQL stands for; what is drawn is above zero at any rate. */
function limitsOf(type: string): Range | undefined {
  const [, name = '', digits, unsigned] = /^(\w+)(?:\((\d+)\))?( unsigned)?/.exec(type) ?? []
  switch (name) {
    case 'tinyint':
      return { most: unsigned ? 255 : 127 }
    case 'smallint':
      return unsigned ? { most: 65_535 } : undefined
    case 'mediumint':
      return { most: unsigned ? 16_777_215 : 8_388_607 }
    case 'year':
      return { least: 1901, most: 2155 }
    case 'timestamp':
      // The last second of 2037: https://mariadb.com/kb/en/timestamp/
      return { most: 2_145_916_799 }
    case 'binary':
      return digits === '16' ? undefined : { shortest: Number(digits), longest: Number(digits) }
    default:
      return undefined
  }
}

/** Of an enum; of a set, those of its values that are one word of it. */
function labelsOf(type: string): readonly string[] | null {
  const [, list] = /^(?:enum|set)\((.*)\)$/s.exec(type) ?? []
  if (list === undefined) return null
  return [...list.matchAll(/'((?:[^'\\]|''|\\.)*)'/gs)].map(([, text]) => plainText(text!))
}

/** The default, as SQL. */
function presetOf({ preset }: FoundColumn, extra: string, base: string, isMariadb: boolean): string | null {
  const [, onUpdate] = /on update (\S+)/.exec(extra) ?? []
  const behind = onUpdate === undefined ? '' : ` ON UPDATE ${onUpdate}`
  if (preset === null || (isMariadb && preset === 'NULL')) return behind === '' ? null : `NULL${behind}`
  if (isMariadb || /^(?:current_timestamp|b')/i.test(preset)) return preset + behind
  if (extra.includes('default_generated')) return `(${expressionText(preset, isMariadb)})${behind}`
  return (/^(?:smallint|integer|bigint|numeric|real|double|boolean)/.test(base) ? preset : quoteText(preset)) + behind
}
