import { createHash } from 'node:crypto'
import { pipeline } from 'node:stream/promises'
import type { Client } from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { WriteError } from '../../errors.js'
import type { Run } from '../../plan/batch.js'
import type { TableRows } from '../../plan/table-rows.js'
import { keyText } from '../../tables/keys/table-key.js'
import { shortfallError } from '../shortfall.js'
import type { Copy } from './pipelined-copies.js'
import { type Parameter, RunRenderer } from './run-renderer.js'
import { escapeIdentifier, qualifiedName } from './quote.js'
import { type TableStatements, tableStatements } from './statements.js'

/** Longer runs are rendered while they are sent: that bounds the memory, and the server begins earlier. */
const MOST_ROWS_AHEAD = 2_000

/** Writes runs to one table, each as one statement. */
export class TableWriter {
  readonly #statements: TableStatements
  readonly #statementNames: { readonly update: string; readonly delete: string }
  readonly #rows: TableRows
  readonly #renderer: RunRenderer
  readonly #name: string
  /** Quoted. */
  readonly #table: string
  readonly #copyTexts = new WeakMap<Run, Buffer>()
  readonly #parameters = new WeakMap<Run, Parameter[]>()

  constructor(rows: TableRows, schema: string, enumSchema: string = schema) {
    this.#statements = tableStatements(rows.definition, schema, enumSchema)
    this.#statementNames = { update: nameOf(this.#statements.update), delete: nameOf(this.#statements.delete) }
    this.#rows = rows
    this.#renderer = new RunRenderer(rows)
    this.#name = `${schema}.${rows.definition.name}`
    this.#table = qualifiedName(schema, rows.definition.name)
  }

  /** Whether a run is rendered as a whole. */
  static fitsInMemory({ numbers }: Run): boolean {
    return numbers.length <= MOST_ROWS_AHEAD
  }

  /** Renders a run that is to be written soon. To be called while the server is at work, and not during `write`. */
  prepare(run: Run): void {
    if (!TableWriter.fitsInMemory(run)) return
    if (run.kind === 'insert') this.#copyTexts.set(run, this.#renderer.wholeCopyText(run))
    else this.#parameters.set(run, this.#renderer.parameters(run))
  }

  /** The COPY of a run that fits in memory. */
  copyOf(run: Run): Copy {
    return { statement: this.#statements.insert, text: this.#copyTexts.get(run) ?? this.#renderer.wholeCopyText(run) }
  }

  /** @param meanwhile Called once the server has all that it needs, if that is before its answer */
  async write(client: Client, run: Run, meanwhile?: () => void): Promise<void> {
    const { kind } = run
    if (kind === 'insert') return this.#insert(client, run)
    const values = this.#parameters.get(run) ?? this.#renderer.parameters(run)
    const answer = client.query({ name: this.#statementNames[kind], text: this.#statements[kind], values })
    meanwhile?.()
    const { rowCount } = await answer
    if (rowCount !== run.numbers.length) await this.#refuse(client, run, values, rowCount ?? 0)
  }

  /** @throws WriteError that says what keeps rows away */
  async expectCopied(client: Client, { numbers }: Run, count = 0): Promise<void> {
    if (count === numbers.length) return
    const expected = `Expected COPY to add ${numbers.length} rows to \`${this.#name}\`, got ${count}.`
    const why = await explainShortfall(client, this.#table, 'insert')
    throw new WriteError(`${expected} ${why ?? 'A trigger on the table keeps rows away; remove it.'}`)
  }

  async #insert(client: Client, run: Run): Promise<void> {
    const copy = client.query(copyFrom(this.#statements.insert))
    await pipeline(this.#renderer.copyText(run), copy)
    await this.expectCopied(client, run, copy.rowCount)
  }

  /** @throws WriteError that names the keys */
  async #refuse(client: Client, run: Run, values: readonly Parameter[], affected: number): Promise<never> {
    const { kind, numbers } = run
    const { rows } = await client.query<{ key: string[] }>(
      this.#statements.keys,
      values.slice(0, this.#rows.key.parts.length),
    )
    throw await shortfallError({
      kind,
      table: this.#name,
      keys: numbers.map((number) => this.#rows.keyTextOf(number)),
      affected,
      found: rows.map((row) => keyText(row.key)),
      explain: () => explainShortfall(client, this.#table, kind),
    })
  }
}

/** By its text: the server cuts names to 63 bytes, and long names of tables are alike in their first ones. */
function nameOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32)
}

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
async function explainShortfall(client: Client, table: string, kind: Run['kind']): Promise<string | undefined> {
  const event = EVENTS[kind]
  const { rows } = await client.query<Obstacles>(OBSTACLES, [table, event.trigger, event.rule])
  const { triggers = [], rules = [], secured = false } = rows[0] ?? {}
  const statement = kind.toUpperCase()
  const drop = (what: string, name: string): string => `DROP ${what} ${escapeIdentifier(name)} ON ${table}`
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
