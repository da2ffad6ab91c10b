import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { OptionsError } from '../../errors.js'
import { longFlag } from '../../options/check-options.js'
import { loadModule, loadTables } from '../../options/load-tables.js'
import { optionsOf } from '../../options/option-table.js'
import { dialects } from '../../database/dialects.js'
import type { TableDefinition } from '../../tables/table-definition.js'
import type { Asked } from '../command-line.js'
import type { Surroundings } from '../host.js'
import type { Answer } from '../output/print.js'

/**
 * The SQL that creates the tables of a stream, as the stream itself would, in one transaction: for a second database,
 * which a replicator fills.
 */
export async function ddl(asked: Asked, { environment, cwd }: Surroundings): Promise<Answer> {
  const { typed, sources, dialect = 'postgres', schema = environment['CLOUDBERRY_SCHEMA'] ?? 'tpcds' } = asked
  const known = Object.values(dialects).find(({ name }) => name === dialect)
  if (!known) {
    throw new OptionsError(
      `Expected --dialect to be ${Object.keys(dialects).join(' or ')}, got \`${dialect}\`. Set --dialect.`,
    )
  }
  if (schema === '' || schema.includes('\0') || Buffer.byteLength(schema) > 63) {
    throw new OptionsError(
      `Expected --schema to be the name of a schema, of 1 to 63 bytes, got \`${schema}\`. Set --schema.`,
    )
  }
  const other = optionsOf('command').find(([name]) => name !== 'tables' && typed[name] !== undefined)?.[1]
  if (other) {
    throw new OptionsError(
      `Expected \`ddl\` with --tables, --table, --dialect and --schema only, got ${longFlag(other.command?.flags ?? '')}. Leave it out: \`ddl\` asks no database.`,
    )
  }
  const definitions = chosen(await definitionsOf(typed['tables'] ?? environment['CDC_TABLES'], cwd), sources)
  const statements = known.script(
    schema,
    definitions.map((definition) => known.createTable(definition, schema)),
  )
  const named = definitions.map(({ name }) => name).join(', ')
  const head = `The tables of a stream, for ${known.product}: ${named}`
  const lines = [`-- ${head.replaceAll(/\s+/g, ' ')}`, ...statements.map((sql) => `${sql};`)]
  return { out: `${lines.join('\n')}\n`, verbatim: true }
}

/** By the words of `--tables`, or the file of a module. */
async function definitionsOf(given: string | boolean | undefined, cwd: string): Promise<readonly TableDefinition[]> {
  const text = given === undefined ? 'both' : String(given)
  if (text === 'sales' || text === 'returns' || text === 'both') return loadTables(text)
  return loadModule(text.startsWith('file:') ? text : pathToFileURL(resolve(cwd, text)).href)
}

function chosen(definitions: readonly TableDefinition[], names: readonly string[]): readonly TableDefinition[] {
  const missing = names.find((name) => !definitions.some((one) => one.name === name))
  if (missing !== undefined) {
    throw new OptionsError(
      `Expected --table to be one of ${definitions.map(({ name }) => name).join(', ')}, got \`${missing}\`. Set --table, or --tables to the module that has it.`,
    )
  }
  return names.length === 0 ? definitions : definitions.filter(({ name }) => names.includes(name))
}
