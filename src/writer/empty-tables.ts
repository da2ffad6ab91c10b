import { type Client, escapeIdentifier, escapeLiteral } from 'pg'
import { TargetError } from '../errors.js'
import { qualifiedName } from '../database/postgres/statements.js'

/** What is emptied before a script is run. */
export interface Emptying {
  readonly schema: string
  readonly tables: readonly string[]
  /** Empty every table of the schema, instead of these tables. */
  readonly wholeSchema: boolean
  /** SQL that is run afterwards, in the same transaction. */
  readonly reset: readonly string[]
  /** Milliseconds to wait for sessions that hold locks on the tables. */
  readonly patience: number
}

/**
 * Empties tables, in one round trip and so in one transaction.
 *
 * @throws TargetError that says what stood in the way
 */
export async function emptyTables(client: Client, emptying: Emptying): Promise<void> {
  const { schema, reset, patience } = emptying
  const statements = [
    `SET LOCAL lock_timeout = ${Math.max(1, Math.ceil(patience))}`,
    truncation(emptying),
    ...(reset.length > 0 ? [`SET LOCAL search_path = ${escapeIdentifier(schema)}`] : []),
    ...reset.map((sql) => sql.replace(/[;\s]+$/, '')),
  ]
  try {
    await client.query(statements.join('\n;\n'))
  } catch (cause) {
    const reason = (cause as Error).message.replace(/\.$/, '')
    throw new TargetError(
      `Expected to empty the tables of schema \`${schema}\` before the script, got: ${reason}. ` +
        'End the sessions that use them, and look at `reset`.',
      { cause },
    )
  }
}

function truncation({ schema, tables, wholeSchema }: Emptying): string {
  if (!wholeSchema) return `TRUNCATE ${tables.map((table) => qualifiedName(schema, table)).join(', ')}`
  // Not between dollars, which a name may hold as well.
  return `DO ${escapeLiteral(`BEGIN EXECUTE (
    SELECT 'TRUNCATE ' || string_agg(format('%I.%I', n.nspname, c.relname), ', ') || ' RESTART IDENTITY'
      FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = ${escapeLiteral(schema)} AND c.relkind IN ('r', 'p'));
  END`)}`
}
