import type { Dialect } from '../dialect.js'
import { createTable } from './create-table.js'
import { quoteName } from './quote.js'

/** MySQL and MariaDB. */
export const mysql: Dialect = {
  name: 'mysql',
  product: 'MySQL',
  quote: quoteName,
  // By InnoDB's own tables; a session that may not read them says so (`seesWaits`).
  seesRowLocks: true,
  hasStorages: true,
  writingSettings: {},
  findingSettings: {},
  copyWithKey:
    'Add one to a copy of the table for tests: ALTER TABLE … ADD COLUMN cdc_id bigint AUTO_INCREMENT UNIQUE.',
  script: (schema, tables) => [`CREATE DATABASE IF NOT EXISTS ${quoteName(schema)} CHARACTER SET utf8mb4`, ...tables],
  createTable,
  dropSchema: (schema) => `DROP DATABASE IF EXISTS ${quoteName(schema)}`,
  unsafeStorages: (storages) => storages.filter((engine) => engine !== 'InnoDB'),
  lockingStorages: () => [],
  isReplicated: () => Promise.resolve(false),
}
