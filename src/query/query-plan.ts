import type { DatabaseClient, Statement } from '../database/client.js'

/** A relation as a plan names it. */
export interface Relation {
  readonly schema: string
  readonly name: string
}

/** What the plan of a query says about it. */
export interface QueryPlan {
  readonly relations: readonly Relation[]
  /** The expressions of its columns, as far as the plan has them at its top. */
  readonly output: readonly string[]
  /** Whether a part of it changes rows. */
  readonly isChange: boolean
}

/** A node of a plan (https://www.postgresql.org/docs/14/sql-explain.html). */
interface PlanNode {
  readonly 'Node Type'?: string
  readonly 'Relation Name'?: string
  readonly Schema?: string
  readonly Output?: readonly string[]
  readonly Plans?: readonly PlanNode[]
}

/**
 * Which relations a query reads, by its plan: views are taken apart there, and a name says the schema in which it was found.
 * What functions read that the planner does not look into is not told.
 */
export async function readPlan(client: DatabaseClient, { text, values = [] }: Statement): Promise<QueryPlan> {
  const { rows } = await client.ask({ text: `EXPLAIN (VERBOSE, FORMAT JSON) ${text}`, values })
  const [{ Plan: top }] = JSON.parse(rows[0]?.[0] ?? '[{"Plan":{}}]') as [{ readonly Plan: PlanNode }]
  const relations = new Map<string, Relation>()
  let isChange = false
  const visit = (node: PlanNode): void => {
    isChange ||= node['Node Type'] === 'ModifyTable'
    const { 'Relation Name': name, Schema: schema } = node
    if (name !== undefined && schema !== undefined) relations.set(JSON.stringify([schema, name]), { schema, name })
    node.Plans?.forEach(visit)
  }
  visit(top)
  return { relations: [...relations.values()], output: top.Output ?? [], isChange }
}
