import type { SampleOptions } from '../sample-options.js'
import { escapeIdentifier, escapeLiteral, qualifiedName } from './quote.js'
import { columnList } from './statements.js'

/**
 * Finds the rows of a table whose keys have the lowest hashes, keyed by the seed. MD5, because it is the one hash that all
 * servers share. Rows that have a child are left out.
 */
export function sampleQuery(options: SampleOptions): string {
  const { schema, definition, children, keyUnique, seed, most, upTo, shard } = options
  const table = qualifiedName(schema, definition.name)
  const key = `t.${escapeIdentifier(definition.key)}`
  const hash = `md5(${escapeLiteral(`${seed}:`)} || ${key})`
  const conditions = [`${key} IS NOT NULL`]
  if (upTo !== undefined) conditions.push(`${key} <= ${upTo}`)
  if (shard) conditions.push(`('x' || substr(${hash}, 1, 8))::bit(32)::int8 % ${shard.count} = ${shard.index}`)
  if (!keyUnique) {
    const plainKey = escapeIdentifier(definition.key)
    conditions.push(`${key} IN (SELECT ${plainKey} FROM ${table} GROUP BY ${plainKey} HAVING count(*) = 1)`)
  }
  for (const { name, parent } of children) {
    const link = Object.entries(parent!.on).map(
      ([own, parents]) => `c.${escapeIdentifier(own)} = t.${escapeIdentifier(parents)}`,
    )
    conditions.push(`NOT EXISTS (SELECT 1 FROM ${qualifiedName(schema, name)} AS c WHERE ${link.join(' AND ')})`)
  }
  return (
    `SELECT ${columnList(definition)} FROM ${table} AS t WHERE ${conditions.join(' AND ')} ` +
    `ORDER BY ${hash}, ${key} LIMIT ${most}`
  )
}
