import { type ClientBase, escapeIdentifier } from 'pg'
import { TargetError } from '../../errors.js'
import { creating } from './creating.js'

/** Sees to it that the schema is there and can be used, and returns the name of the user who is logged in. */
export async function prepareSchema(client: ClientBase, schema: string, create: boolean): Promise<string> {
  const found = await lookUp(client, schema)
  if (!found.present && !create) {
    throw new TargetError(
      `Expected schema \`${schema}\` in database \`${found.database}\`, got none. Create it with --create-tables (\`createTables: true\`), or correct CLOUDBERRY_SCHEMA.`,
    )
  }
  if (!found.present) {
    await creating(client, `CREATE SCHEMA IF NOT EXISTS ${escapeIdentifier(schema)}`, `schema \`${schema}\``)
    return found.user
  }
  if (!found.usage) {
    throw new TargetError(
      `Expected user \`${found.user}\` to have USAGE on schema \`${schema}\`, got none. Run: GRANT USAGE ON SCHEMA ${escapeIdentifier(schema)} TO ${escapeIdentifier(found.user)}`,
    )
  }
  return found.user
}

interface SchemaFacts {
  readonly user: string
  readonly database: string
  readonly present: boolean
  readonly usage: boolean
}

async function lookUp(client: ClientBase, schema: string): Promise<SchemaFacts> {
  const { rows } = await client.query<SchemaFacts>(
    `SELECT current_user::text AS user, current_database()::text AS database, count(*) > 0 AS present,
            coalesce(bool_or(has_schema_privilege(oid, 'USAGE')), false) AS usage
       FROM pg_catalog.pg_namespace WHERE nspname = $1`,
    [schema],
  )
  return rows[0] ?? { user: '', database: '', present: false, usage: false }
}
