import type { ClientBase } from 'pg'
import type { Emptying } from '../client.js'
import { escapeIdentifier, escapeLiteral, qualifiedName } from './quote.js'

/** Empties tables, in one round trip and so in one transaction. */
export async function emptyTables(client: ClientBase, emptying: Emptying): Promise<void> {
  const { schema, reset, patience } = emptying
  const statements = [
    `SET LOCAL lock_timeout = ${Math.max(1, Math.ceil(patience))}`,
    truncation(emptying),
    ...(reset.length > 0 ? [`SET LOCAL search_path = ${escapeIdentifier(schema)}`] : []),
    ...reset.map((sql) => sql.replace(/[;\s]+$/, '')),
  ]
  await client.query(statements.join('\n;\n'))
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
