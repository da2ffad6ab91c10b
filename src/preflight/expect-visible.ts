import { escapeIdentifier } from '../database/postgres/quote.js'
import { TargetError } from '../errors.js'
import type { TableShape } from './table-shape.js'

/**
 * A policy hides rows without a word: they would not be counted, not be compared, and their keys be given out again.
 *
 * @throws TargetError where row-level security holds for the user who is logged in
 */
export function expectVisible(schema: string, name: string, { rowsHidden }: Pick<TableShape, 'rowsHidden'>): void {
  if (!rowsHidden) return
  throw new TargetError(
    `Expected \`${schema}.${name}\` to show all of its rows to the user who is logged in, got row-level security that holds for this user: rows would be missed, and COPY is refused. ` +
      `Let a role with BYPASSRLS log in, or run: ALTER TABLE ${escapeIdentifier(schema)}.${escapeIdentifier(name)} DISABLE ROW LEVEL SECURITY`,
  )
}
