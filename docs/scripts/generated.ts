import { anomalyTable } from './anomaly-table.js'
import { changeScriptTable } from './change-script-table.js'
import { chineseOptions } from './chinese.js'
import { commandTable } from './command-table.js'
import { streamTable, testTable } from './option-tables.js'
import { schemaRest, schemaTable } from './schema-table.js'
import { variableTable } from './variable-table.js'

/** What makes each generated part of the pages, by its name. */
export const generated: Readonly<Record<string, () => string | Promise<string>>> = {
  anomalies: anomalyTable,
  'command-options': () => commandTable(),
  'command-options-zh': () => commandTable(chineseOptions),
  'audit-options': () => commandTable(undefined, 'audit'),
  'audit-options-zh': () => commandTable(chineseOptions, 'audit'),
  'stream-options': () => streamTable(),
  'stream-options-zh': () => streamTable(chineseOptions),
  'test-options': () => testTable(),
  'test-options-zh': () => testTable(chineseOptions),
  'change-script-options': changeScriptTable,
  schemas: schemaTable,
  'schemas-rest': schemaRest,
  variables: () => variableTable(),
  'variables-zh': () => variableTable(chineseOptions),
}
