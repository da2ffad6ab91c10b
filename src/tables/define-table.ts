import { OptionsError } from '../errors.js'
import { columnTypePattern } from './column.js'
import type { TableDefinition } from './table-definition.js'

/**
 * Checks a table definition and freezes it.
 *
 * @throws OptionsError that names the table and the part that does not fit
 */
export function defineTable(definition: TableDefinition): TableDefinition {
  const { name, columns, key, sequences = {} } = definition
  const expect = (holds: boolean, what: string, got: unknown): void => {
    if (!holds) throw new OptionsError(`Expected table \`${name}\` to have ${what}, got \`${String(got)}\`.`)
  }
  // In the protocol of PostgreSQL, NUL ends a text.
  const isName = (text: string): boolean => text.length > 0 && !text.includes('\0')
  expect(isName(name), 'a name', name)
  expect(columns[0]?.name === key, 'its key as the first column', columns[0]?.name)
  expect(columns[0]?.type === 'int8', 'a key of type int8', columns[0]?.type)
  const names = new Set<string>()
  for (const column of columns) {
    expect(isName(column.name), 'columns with names', column.name)
    expect(!names.has(column.name), 'distinct column names', column.name)
    expect(columnTypePattern.test(column.type), 'columns of the known types', `${column.name} ${column.type}`)
    names.add(column.name)
  }
  expect(!columns[0]?.recomputed, 'a key that no UPDATE changes', key)
  for (const column of Object.values(sequences)) {
    expect(columns.find(({ name }) => name === column)?.type === 'int8', 'sequences of type int8', column)
  }
  const { parent } = definition
  expect(parent?.table !== name, 'another table as its parent', name)
  for (const column of Object.keys(parent?.on ?? {})) {
    expect(names.has(column), 'the columns that link it to its parent', column)
  }
  return Object.freeze({ ...definition, columns: Object.freeze(columns.map((column) => Object.freeze({ ...column }))) })
}
