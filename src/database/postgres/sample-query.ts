import type { SampleOptions } from '../sample-options.js'
import { TableKey } from '../../tables/keys/table-key.js'
import { ordinalSql } from './key-sql.js'
import { escapeIdentifier, escapeLiteral, qualifiedName } from './quote.js'
import { columnList } from './statements.js'

/**
 * Finds the rows of a table whose keys have the lowest hashes, keyed by the seed. MD5, because it is the one hash that all
 * servers share. Rows that have a child are left out.
 */
export function sampleQuery(options: SampleOptions): string {
  const { schema, definition, children, keyUnique, seed, most, upTo, shard } = options
  const table = qualifiedName(schema, definition.name)
  const key = new TableKey(definition)
  const keys = key.parts.map(({ name }) => `t.${escapeIdentifier(name)}`)
  const [only, ...others] = keys
  const text = others.length === 0 && key.isTotal ? only : keys.map((one) => `${one}::text`).join(" || ',' || ")
  const hash = `md5(${escapeLiteral(`${seed}:`)} || ${text})`
  const conditions = keys.map((one) => `${one} IS NOT NULL`)
  if (upTo !== undefined) {
    const ordinal = ordinalSql(key, 't.')
    conditions.push(key.isTotal ? `${ordinal} <= ${upTo}` : `(${ordinal} <= ${upTo} OR ${ordinal} IS NULL)`)
  }
  if (shard) conditions.push(`('x' || substr(${hash}, 1, 8))::bit(32)::int8 % ${shard.count} = ${shard.index}`)
  if (!keyUnique) {
    const plain = key.parts.map(({ name }) => escapeIdentifier(name)).join(', ')
    conditions.push(`(${keys.join(', ')}) IN (SELECT ${plain} FROM ${table} GROUP BY ${plain} HAVING count(*) = 1)`)
  }
  for (const { name, parent } of children) {
    const link = Object.entries(parent!.on).map(
      ([own, parents]) => `c.${escapeIdentifier(own)} = t.${escapeIdentifier(parents)}`,
    )
    conditions.push(`NOT EXISTS (SELECT 1 FROM ${qualifiedName(schema, name)} AS c WHERE ${link.join(' AND ')})`)
  }
  return (
    `SELECT ${columnList(definition)} FROM ${table} AS t WHERE ${conditions.join(' AND ')} ` +
    `ORDER BY ${hash}, ${keys.join(', ')} LIMIT ${most}`
  )
}
