import { OptionsError } from '../../errors.js'
import type { Column } from '../../tables/column.js'

/** How values of a type are kept in MySQL. */
interface StoredType {
  /** What CREATE TABLE says. */
  readonly ddl: string
  /** The type in which JSON_TABLE passes its values, where 80 characters do not hold them. */
  readonly passed?: string
  /** Makes the value of its text in the format of COPY. @default the server does, by assignment */
  readonly ofText?: (text: string) => string
  /** What is read instead of the column, where its own text would lose something. */
  readonly read?: (column: string) => string
}

const UNICODE = 'CHARACTER SET utf8mb4 COLLATE utf8mb4_bin'
/** Only where it has to be: a temporary table with such a column is not kept in memory. */
const LONG = 'longtext CHARACTER SET utf8mb4'
/** A key of InnoDB has at most 3072 bytes, and such a text at most four for a character. */
const KEY_CHARACTERS = 255
/** https://mariadb.com/kb/en/decimal/, https://dev.mysql.com/doc/refman/8.4/en/precision-math-decimal-characteristics.html */
const MOST_DIGITS = { precision: 65, scale: 30 }
const MOST_BITS = 64

const withoutZone = (text: string): string => `replace(${text}, '+00', '')`

/**
 * How values of a column are kept, or undefined where MySQL has no counterpart.
 *
 * @param isKey whether it is one of the key
 */
function storedAs({ type, enumType }: Column, isKey: boolean): StoredType | undefined {
  const [, head = '', given] = /^(\w+)(?:\(([\d,]+)\))?$/.exec(type) ?? []
  const [first = 6, second = 0] = given?.split(',').map(Number) ?? []
  switch (head) {
    case 'int2':
      return { ddl: 'smallint' }
    case 'int4':
      return { ddl: 'int' }
    case 'int8':
      return { ddl: 'bigint' }
    case 'numeric':
      // Without digits it has as many as a value wants, which nothing here has.
      if (given === undefined || first > MOST_DIGITS.precision || second > MOST_DIGITS.scale) return undefined
      return { ddl: `decimal(${first},${second})` }
    case 'float4':
      // As it is, it is written with six digits.
      return { ddl: 'float', read: (column) => `CAST(${column} AS double)` }
    case 'float8':
      return { ddl: 'double' }
    case 'text':
      if (enumType !== undefined) return { ddl: `varchar(${KEY_CHARACTERS}) ${UNICODE}`, passed: LONG }
      return isKey
        ? { ddl: `varchar(${KEY_CHARACTERS}) ${UNICODE}`, passed: `varchar(${KEY_CHARACTERS}) ${UNICODE}` }
        : { ddl: `longtext ${UNICODE}`, passed: LONG }
    case 'bool':
      return { ddl: 'boolean', ofText: (text) => `(${text} = 't')` }
    case 'date':
      return { ddl: 'date' }
    case 'time':
      return { ddl: `time(${first})` }
    case 'timestamp':
      return { ddl: `datetime(${first})` }
    case 'timestamptz':
      return { ddl: `timestamp(${first}) NULL`, ofText: withoutZone, read: (column) => `concat(${column}, '+00')` }
    case 'uuid':
      return { ddl: 'binary(16)', ofText: (text) => `unhex(replace(${text}, '-', ''))` }
    case 'bytea':
      return isKey ? undefined : { ddl: 'longblob', passed: LONG, ofText: (text) => `unhex(substr(${text}, 3))` }
    case 'json':
    case 'jsonb':
      return isKey ? undefined : { ddl: 'json', passed: LONG }
    case 'bit':
      if (first > MOST_BITS) return undefined
      return {
        ddl: `bit(${first})`,
        ofText: (text) => `CAST(conv(${text}, 2, 10) AS unsigned)`,
        read: (column) => `lpad(bin(${column} + 0), ${first}, '0')`,
      }
    default:
      return undefined
  }
}

/**
 * How values of a column are kept.
 *
 * @throws OptionsError for a type that MySQL has no counterpart for
 */
export function storedType(column: Column, isKey: boolean, table: string): StoredType {
  const stored = storedAs(column, isKey)
  if (stored) return stored
  throw new OptionsError(
    `Expected \`${table}.${column.name}\` to be of a type that MySQL and MariaDB have, too, got ${column.type}${isKey ? ' in the key' : ''}. ` +
      'Define it as another one, such as `text`, for a stream that is written there.',
  )
}

/**
 * What PostgreSQL calls the types of MySQL, by their first words; so one rule says which definition fits which column. Half of
 * the numbers that are unsigned need a wider one.
 */
const NAMES: Readonly<Record<string, string>> = {
  'smallint unsigned': 'integer',
  'int unsigned': 'bigint',
  tinyint: 'smallint',
  smallint: 'smallint',
  mediumint: 'integer',
  int: 'integer',
  bigint: 'bigint',
  decimal: 'numeric',
  float: 'real',
  double: 'double precision',
  char: 'character varying',
  varchar: 'character varying',
  enum: 'character varying',
  set: 'character varying',
  tinytext: 'text',
  text: 'text',
  mediumtext: 'text',
  longtext: 'text',
  json: 'json',
  date: 'date',
  year: 'smallint',
  uuid: 'uuid',
  bit: 'bit',
  varbinary: 'bytea',
  tinyblob: 'bytea',
  blob: 'bytea',
  mediumblob: 'bytea',
  longblob: 'bytea',
}

/** What of a definition decides how a column is looked at, because a type of MySQL stands for several. */
const STANDS_FOR: Readonly<Record<string, readonly string[]>> = {
  // MariaDB's `json` is a `longtext`.
  longtext: ['json', 'jsonb'],
  json: ['json', 'jsonb'],
  'tinyint(1)': ['bool'],
}

/**
 * The name in PostgreSQL of a column's type.
 *
 * @param columnType as `information_schema.COLUMNS.COLUMN_TYPE` has it
 */
export function comparableType(columnType: string, defined: Column | undefined): string {
  const stands = STANDS_FOR[columnType.replace(/ .*/, '')] ?? []
  if (defined && stands.includes(defined.type)) return defined.type === 'bool' ? 'boolean' : defined.type
  const [, name = '', given, unsigned = ''] = /^(\w+)(?:\((.*?)\))?( unsigned)?/.exec(columnType) ?? []
  switch (name) {
    case 'time':
      return `time(${given ?? 0}) without time zone`
    case 'datetime':
      return `timestamp(${given ?? 0}) without time zone`
    case 'timestamp':
      return `timestamp(${given ?? 0}) with time zone`
    case 'decimal':
      return `numeric(${given})`
    case 'char':
    case 'varchar':
      return `character varying(${given})`
    case 'bit':
      return `bit(${given})`
    case 'binary':
      return given === '16' ? 'uuid' : 'bytea'
    default:
      return NAMES[name + unsigned] ?? NAMES[name] ?? columnType
  }
}
