import { createHash } from 'node:crypto'
import { oneLine } from '../../database/one-line.js'

/** Characters of a statement that are shown. */
const SHOWN = 200

/** What a client asks for, as far as its text shows. */
export interface Statement {
  /** On one line, cut short: for people. */
  readonly text: string
  /** The same for the same whole text, whatever the test's schema is called. */
  readonly digest: string
  /** The same, without comments before it, as far as it is read: 4,096 characters. */
  readonly code: string
  /** The first word, in capitals; `''` if there is none. */
  readonly verb: string
  /** Whether there is another statement behind it. */
  readonly isList: boolean
  /** The isolation that it names for a transaction, or as the session's default. */
  readonly isolation: { readonly isRepeatable: boolean; readonly ofSession: boolean } | undefined
}

/**
 * @param bytes The text, or its first bytes if it is very long
 * @param length What differs in very long texts beyond that
 * @param schema The test's schema, which has another name in each run
 */
export function statementOf(bytes: Buffer, length: number, schema = ''): Statement {
  const text = schema !== '' && bytes.includes(schema) ? withoutSchema(bytes, schema) : bytes
  const digest = createHash('sha256').update(text).update(`${length}`).digest('hex').slice(0, 12)
  const code = codeOf(bytes)
  const verb = verbOf(code)
  return {
    text: oneLine(bytes.toString('utf8', 0, 4 * SHOWN), SHOWN),
    digest,
    code,
    verb,
    isList: /;\s*\S/.test(code),
    isolation: isolationOf(verb, code),
  }
}

function verbOf(code: string): string {
  return (/^[a-z]+/i.exec(code)?.[0] ?? '').toUpperCase()
}

function withoutSchema(bytes: Buffer, schema: string): Buffer {
  const name = Buffer.from(schema).toString('latin1')
  return Buffer.from(bytes.toString('latin1').replaceAll(name, 'schema'), 'latin1')
}

/** A text as far as it is read, without comments before it. */
export function codeOf(bytes: Buffer): string {
  return bytes.toString('utf8', 0, 4_096).replace(/^(?:\s+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)+/, '')
}

function isolationOf(verb: string, code: string): Statement['isolation'] {
  if (verb !== 'BEGIN' && verb !== 'START' && verb !== 'SET') return undefined
  const level = /\bisolation(?:\s+level\b)?\s*(?:=|\bto\b)?\s*'?(read|repeatable|serializable)\b/i.exec(
    code.replace(/\b(?:default_)?transaction_isolation\b/i, ' isolation '),
  )?.[1]
  if (level === undefined) return undefined
  const ofSession = /^set\s+(?:session\s+characteristics|(?:session\s+)?default_transaction_isolation)\b/i.test(code)
  return { isRepeatable: level.toLowerCase() !== 'read', ofSession }
}

/** What stands in a statement but its comments, texts and quoted names: for looks at it that need no grammar. */
export function withoutTexts(sql: string): string {
  return sql.replace(
    /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|\b[eE]'(?:\\[\s\S]|''|[^'\\])*(?:'|$)|'(?:''|[^'])*(?:'|$)|"(?:""|[^"])*(?:"|$)|\$([A-Za-z_]\w*)?\$[\s\S]*?(?:\$\1\$|$)/g,
    (text) => (text.startsWith('"') ? 'name' : text.startsWith('-') || text.startsWith('/*') ? ' ' : "''"),
  )
}

/** Commands of a session about itself. */
const OF_THE_SESSION: ReadonlySet<string> = new Set(
  'SET RESET SHOW DISCARD PREPARE DEALLOCATE LISTEN UNLISTEN'.split(' '),
)

/** Where drivers look types up. */
const CATALOGS =
  /\bpg_catalog\s*\.|\binformation_schema\s*\.|\bpg_(?:type|class|namespace|attribute|settings|range|enum)\b/i

/** A SELECT of nothing but constants, and of what a session is: a look whether it is alive. */
const ALIVE =
  /^select\s+(?:(?:-?\d+|''|true|null|current_\w+|session_user|user|now\(\s*\)|(?:version|current_schema|current_database|current_user|current_setting|set_config|pg_is_in_recovery|pg_backend_pid|txid_current)\s*\([^()]*\))(?:\s*::\s*\w+)?(?:\s+(?:as\s+)?\w+)?\s*,?\s*)*;?\s*$/i

/** Whether a driver says something by itself: it sets its session up, looks types up, or looks whether it is alive. */
export function isHousekeeping(sql: string): boolean {
  const text = withoutTexts(sql).trim()
  const verb = verbOf(text)
  return /^;*$/.test(text) || OF_THE_SESSION.has(verb) || ALIVE.test(text) || (verb !== 'CREATE' && CATALOGS.test(text))
}
