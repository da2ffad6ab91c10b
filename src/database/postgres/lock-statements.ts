import type { Run } from '../../plan/batch.js'
import type { TableRows } from '../../plan/table-rows.js'
import { qualifiedName } from './quote.js'

/** Locks every table of some changes in the strongest mode that they need there, in the order of the tables. */
export function lockStatements(changes: readonly Run[], rows: readonly TableRows[], schema: string): string[] {
  return rows.flatMap(({ definition }, index) => {
    const runs = changes.filter(({ table }) => table === index)
    if (runs.length === 0) return []
    const mode = runs.some(({ kind }) => kind !== 'insert') ? 'EXCLUSIVE' : 'ROW EXCLUSIVE'
    return [`LOCK TABLE ${qualifiedName(schema, definition.name)} IN ${mode} MODE`]
  })
}
