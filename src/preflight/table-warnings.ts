import { keyNames } from '../tables/keys/key-column.js'
import type { TableDefinition } from '../tables/table-definition.js'
import type { DialectInfo } from '../database/dialect-info.js'
import { dialects } from '../database/dialects.js'
import type { TableShape } from './table-shape.js'

/** What a warning depends on. */
export interface WarningFacts {
  readonly schema: string
  readonly definition: TableDefinition
  readonly shape: TableShape
  readonly dialect: Pick<DialectInfo, 'name' | 'tableLocks'>
  /** Whether every segment has all rows. */
  readonly replicated: boolean
}

/** What makes a stream on this table slow or disturbing, a line each. */
export function tableWarnings({ schema, definition, shape, dialect, replicated }: WarningFacts): readonly string[] {
  const { name } = definition
  const key = keyNames(definition).join(', ')
  const table = `\`${schema}.${name}\``
  const warnings: string[] = []
  if (!shape.keyIndexed) {
    warnings.push(`${table} has no index on \`${key}\`: every UPDATE and DELETE scans the table. Add a primary key.`)
  } else if (!shape.keyUnique) {
    warnings.push(`${table} has no unique index on \`${key}\`: a key that stands there twice ends the stream.`)
  }
  const kept = dialects[dialect.name].lockingStorages(shape.storage)
  if (kept.length > 0) {
    warnings.push(
      `${table} is stored as ${kept.map((one) => `\`${one}\``).join(' and ')}, not heap: every UPDATE and DELETE locks the whole table.`,
    )
  }
  if (replicated) warnings.push(`${table} is replicated: every segment makes every change.`)
  return warnings
}

/**
 * Whether UPDATE and DELETE lock a table whole until COMMIT: append-optimized tables always, and all tables where the server
 * looks for deadlocks on the coordinator only.
 */
export function locksWhole(dialect: WarningFacts['dialect'], shape: Pick<TableShape, 'storage'>): boolean {
  return dialect.tableLocks || dialects[dialect.name].lockingStorages(shape.storage).length > 0
}
