import type { SqlClient } from '../database/client.js'
import { escapeIdentifier } from '../database/postgres/quote.js'
import { TargetError } from '../errors.js'
import { creating } from './creating.js'
import type { SchemaFacts } from './inspect-table.js'

/** Sees to it that the schema is there and can be used. */
export async function prepareSchema(
  client: SqlClient,
  schema: string,
  create: boolean,
  { user, database, usage }: Omit<SchemaFacts, 'tables'>,
): Promise<void> {
  if (usage === null && !create) {
    throw new TargetError(
      `Expected schema \`${schema}\` in database \`${database}\`, got none. Create it with --create-tables (\`createTables: true\`), or correct CLOUDBERRY_SCHEMA.`,
    )
  }
  if (usage === null) {
    await creating(client, `CREATE SCHEMA IF NOT EXISTS ${escapeIdentifier(schema)}`, `schema \`${schema}\``)
  } else if (!usage) {
    throw new TargetError(
      `Expected user \`${user}\` to have USAGE on schema \`${schema}\`, got none. Run: GRANT USAGE ON SCHEMA ${escapeIdentifier(schema)} TO ${escapeIdentifier(user)}`,
    )
  }
}
