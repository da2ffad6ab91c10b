import { OptionsError } from '../errors.js'
import type { ReadValue } from './option.js'

/** What is read of a sink for one table of the stream. */
export interface SinkQuery {
  readonly table: string
  /** What the sink calls it, with its schema where that is given. */
  readonly name?: string
  readonly sql?: string
}

/** Reads `store_sales_heap,store_returns_heap=public.returns_copy`. */
export const readTableNames: ReadValue<readonly SinkQuery[]> = (text, name) => {
  const queries = text.split(',').map((part): SinkQuery => {
    const [, table, other] = /^\s*([^\s=]+)\s*(?:=\s*(\S+)\s*)?$/.exec(part) ?? []
    if (table !== undefined) return { table, name: other ?? table }
    throw new OptionsError(`Expected ${name} to be names such as store_sales_heap=sales_copy, got \`${text}\`.`)
  })
  return expectOnce(queries, name)
}

/** A query ends where the next one begins: what stands between may well have a semicolon. */
const NEXT = /;\s*(?=[\w$]+\s*=\s*(?:SELECT|WITH|TABLE|VALUES|FROM)\b)/i

/** Reads `store_sales_heap=SELECT …; store_returns_heap=SELECT …`. */
export const readQueries: ReadValue<readonly SinkQuery[]> = (text, name) => {
  const queries = text.split(NEXT).map((part): SinkQuery => {
    const [, table, sql] = /^\s*([\w$]+)\s*=\s*([^]*?\S)[\s;]*$/.exec(part) ?? []
    if (table !== undefined && sql !== undefined) return { table, sql }
    throw new OptionsError(`Expected ${name} to be queries such as store_sales_heap=SELECT …, got \`${text}\`.`)
  })
  return expectOnce(queries, name)
}

function expectOnce(queries: readonly SinkQuery[], name: string): readonly SinkQuery[] {
  const twice = queries.find(({ table }, index) => queries.findIndex((other) => other.table === table) < index)
  if (!twice) return queries
  throw new OptionsError(`Expected ${name} to name each table once, got \`${twice.table}\` twice.`)
}
