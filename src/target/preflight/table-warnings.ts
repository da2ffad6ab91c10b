import type { TableDefinition } from '../../tables/table-definition.js'
import type { TableShape } from './table-shape.js'

/** What a warning depends on. */
export interface WarningFacts {
  readonly schema: string
  readonly definition: TableDefinition
  readonly shape: TableShape
  /** The columns by which the table is distributed; undefined on PostgreSQL. */
  readonly distributedBy: readonly string[] | undefined
}

/** What makes a stream on this table slow or disturbing, a line each. */
export function tableWarnings({ schema, definition, shape, distributedBy }: WarningFacts): readonly string[] {
  const { name, key } = definition
  const table = `\`${schema}.${name}\``
  const warnings: string[] = []
  if (!shape.keyIndexed) {
    warnings.push(`${table} has no index on \`${key}\`: every UPDATE and DELETE scans the table. Add a primary key.`)
  } else if (!shape.keyUnique) {
    warnings.push(`${table} has no unique index on \`${key}\`: a key that stands there twice ends the stream.`)
  }
  if (distributedBy === undefined) return warnings
  if (shape.storage !== '' && shape.storage !== 'heap') {
    warnings.push(
      `${table} is stored as \`${shape.storage}\`, not heap: every UPDATE and DELETE locks the whole table.`,
    )
  }
  if (distributedBy.length !== 1 || distributedBy[0] !== key) {
    const by = distributedBy.length === 0 ? 'no column' : distributedBy.join(', ')
    warnings.push(`${table} is distributed by ${by}, not \`${key}\`: every UPDATE and DELETE goes to all segments.`)
  }
  return warnings
}
