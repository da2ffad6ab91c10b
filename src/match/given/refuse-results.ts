import { OptionsError } from '../../errors.js'

/**
 * Some drivers give rows among other things, in a list that looks like rows itself: `[rows, fields]` of mysql2 (and of
 * Knex, Drizzle and Sequelize on top of it), `[rows]` of BigQuery, and the results of several statements.
 *
 * @throws OptionsError for such a list
 */
export function refuseResults([first, second]: readonly unknown[], names: readonly string[]): void {
  if (Array.isArray(first) && (isRow(first[0], names) || isListOfFields(second))) {
    throw new OptionsError(
      'Expected rows, got a list of which the first element is the rows, as mysql2 gives `[rows, fields]`. ' +
        'Pass its first element: `const [rows] = await connection.query(…)`.',
    )
  }
  if (has(first, 'rows') && has(first, 'fields')) {
    throw new OptionsError('Expected the rows of one statement, got a list of results. Pass the one that is meant.')
  }
}

/** No cell of a row is an object with the table's columns. */
function isRow(value: unknown, [name]: readonly string[]): boolean {
  return name !== undefined && has(value, name)
}

function isListOfFields(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every((field: unknown) => has(field, 'name'))
}

function has(value: unknown, name: string): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && name in value
}
