import { expect, test } from 'vitest'
import type { CatalogColumn, CatalogTable } from '../../src/inspect/catalog-table.js'
import { tableChecks } from '../../src/inspect/column-checks.js'
import { guessClock } from '../../src/inspect/guess-clock.js'

function tableOf(name: string, base: string, more: Partial<CatalogTable> = {}): CatalogTable {
  const column: CatalogColumn = {
    name,
    type: base,
    base,
    notNull: true,
    expression: null,
    expressionIsPortable: true,
    hasDomainDefault: false,
    generated: false,
    identity: null,
    labels: null,
    typeName: '',
    typeIsNear: false,
    types: [],
    typeIsPortable: true,
    domainChecks: [],
  }
  const table = { schema: 's', name: 't', dialect: 'postgres', constraints: [], oddIndexes: [], hasRowTriggers: false }
  return { ...table, columns: [column], ...more } as CatalogTable
}

const guess = (table: CatalogTable): string | undefined => guessClock(table, tableChecks(table))

test.for([
  'updated_at',
  'updatedAt',
  'UpdatedAt',
  'updated',
  'updated_on',
  'update_time',
  'last_update',
  'last_updated',
  'lastUpdatedAt',
  'modified',
  'modified_at',
  'last_modified',
  'lastModifiedDate',
  'date_modified',
  'date_updated',
  'changed_at',
  'mtime',
])('%s is a clock', (name) => {
  expect(guess(tableOf(name, 'timestamp with time zone'))).toBe(name)
  expect(guess(tableOf(name, 'timestamp(3) without time zone'))).toBe(name)
})

test.for([
  ['created_at', 'timestamp with time zone'],
  ['last_seen', 'timestamp with time zone'],
  ['updated_by', 'timestamp with time zone'],
  ['last_login', 'timestamp with time zone'],
  ['not_updated_at', 'timestamp with time zone'],
  ['updated_at', 'date'],
  ['updated_at', 'bigint'],
  ['updated_at', 'time without time zone'],
  ['updated_at', 'timestamp with time zone[]'],
])('%s of type %s is none', ([name, base]) => {
  expect(guess(tableOf(name!, base!))).toBeUndefined()
})

test('a column that triggers may set, or that tells rows apart, is none', () => {
  const type = 'timestamp with time zone'
  expect(guess(tableOf('updated_at', type, { hasRowTriggers: true }))).toBeUndefined()
  const index = { definition: '', isUnique: true, columns: ['updated_at'] }
  expect(guess(tableOf('updated_at', type, { oddIndexes: [index] }))).toBeUndefined()
})
