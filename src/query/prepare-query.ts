import type { Statement } from '../database/client.js'
import { OptionsError } from '../errors.js'
import { liveRelations, type LiveRelation, remakeViews } from './live-relations.js'
import { type QueryPlan, readPlan, type Relation } from './query-plan.js'
import type { QuerySession } from './query-host.js'

/** What has to be known of a query before it is answered. */
interface Prepared {
  /** The stream's tables that it reads. */
  readonly names: ReadonlySet<string>
  readonly output: QueryPlan['output']
}

/**
 * Finds out which of the stream's tables a query reads, and sees that it reads none of them where they are live: views over
 * them are made again over the session's own.
 *
 * @throws OptionsError for a query that changes rows, or that reads live tables all the same
 */
export async function prepareQuery(session: QuerySession, statement: Statement): Promise<Prepared> {
  const { client, schema, searchPath, ledger } = session
  const live = session.elsewhere === undefined ? await liveRelations(client, schema, ledger.tables) : []
  let plan = await readPlan(client, statement)
  if (plan.isChange) throw new OptionsError('Expected `query()` to be given SQL that reads, got one that changes rows.')
  if (findLive(plan, live)) {
    await remakeViews(client, schema, live.filter(isView(schema)), searchPath)
    plan = await readPlan(client, statement)
  }
  const found = findLive(plan, live)
  if (found) throw refuse(found)
  const own = plan.relations.filter(isOwn).map(({ name }) => name)
  return { names: new Set(own.filter((name) => ledger.tables.includes(name))), output: plan.output }
}

const isView =
  (schema: string) =>
  (relation: LiveRelation): boolean =>
    relation.kind === 'v' && relation.schema === schema

/** Up to PostgreSQL 14, plans call the schema of a session by its number. */
const isOwn = ({ schema }: Relation): boolean => /^pg_temp(?:_\d+)?$/.test(schema)

function findLive({ relations }: QueryPlan, live: readonly LiveRelation[]): LiveRelation | undefined {
  return live.find((one) => relations.some(({ schema, name }) => schema === one.schema && name === one.name))
}

function refuse({ schema, name, kind }: LiveRelation): OptionsError {
  const what = `\`${schema}.${name}\``
  if (kind === 'm') {
    return new OptionsError(
      `Expected \`query()\` to read the stream's tables, got one that reads ${what}, a materialized view of them: it is what a job has made. Write the query that it is of.`,
    )
  }
  return new OptionsError(
    `Expected \`query()\` to read the stream's tables by their bare names, got one that reads the live ${what}: by its schema, or in a view of another schema, or as a partition. Write \`${name}\` without a schema, or the view's own query.`,
  )
}
