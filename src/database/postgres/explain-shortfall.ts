import type { Client } from 'pg'
import type { Run } from '../../plan/batch.js'
import { escapeIdentifier } from './quote.js'

/** What of a table can keep a statement from its rows without an error. */
interface Obstacles {
  readonly triggers: readonly string[]
  readonly rules: readonly string[]
  readonly secured: boolean
}

/** Of `pg_trigger.tgtype` and `pg_rewrite.ev_type` (https://www.postgresql.org/docs/14/catalog-pg-trigger.html). */
const EVENTS = {
  insert: { trigger: 4, rule: '3' },
  update: { trigger: 16, rule: '2' },
  delete: { trigger: 8, rule: '4' },
} as const
const BEFORE_ROW = 3

const OBSTACLES = `
  SELECT ARRAY(SELECT tgname::text FROM pg_catalog.pg_trigger
                WHERE (tgrelid = c.oid OR tgrelid IN (SELECT relid FROM pg_partition_tree(c.oid)))
                  AND NOT tgisinternal AND tgenabled IN ('O', 'A') AND tgtype & ${BEFORE_ROW} = ${BEFORE_ROW} AND tgtype & $2 <> 0
                GROUP BY 1 ORDER BY 1) AS triggers,
         ARRAY(SELECT rulename::text FROM pg_catalog.pg_rewrite
                WHERE ev_class = c.oid AND is_instead AND ev_enabled IN ('O', 'A') AND ev_type::text = $3 ORDER BY 1) AS rules,
         row_security_active(c.oid) AS secured
    FROM pg_catalog.pg_class c WHERE c.oid = to_regclass($1)`

/**
 * Says why a statement can have left rows alone without an error: a trigger, a rule, or row-level security. Undefined where
 * the table has nothing of the kind.
 *
 * @param table quoted, with its schema
 */
export async function explainShortfall(client: Client, table: string, kind: Run['kind']): Promise<string | undefined> {
  const event = EVENTS[kind]
  const { rows } = await client.query<Obstacles>(OBSTACLES, [table, event.trigger, event.rule])
  const { triggers = [], rules = [], secured = false } = rows[0] ?? {}
  const [statement, drop] = [
    kind.toUpperCase(),
    (what: string, name: string) => `DROP ${what} ${escapeIdentifier(name)} ON ${table}`,
  ]
  // COPY asks no rule.
  const [rule] = kind === 'insert' ? [] : rules
  if (rule !== undefined) {
    return `The rule \`${rule}\` does something else instead of ${statement}: ${drop('RULE', rule)}.`
  }
  if (secured) {
    return 'Row-level security hides rows from this user: let a role with BYPASSRLS write, or disable it for the table.'
  }
  const [trigger] = triggers
  if (trigger === undefined) return undefined
  const names = triggers.map((name) => `\`${name}\``).join(' or ')
  return (
    `A BEFORE ${statement} trigger that returns NULL leaves the row as it is: ${names}. ` +
    `Let it return ${kind === 'delete' ? 'OLD' : 'NEW'}, or ${drop('TRIGGER', trigger)}.`
  )
}
