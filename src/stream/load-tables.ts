import { OptionsError } from '../errors.js'
import { defineTable } from '../tables/define-table.js'
import { storeReturns } from '../tables/store-returns.js'
import { storeSales } from '../tables/store-sales.js'
import type { TableDefinition } from '../tables/table-definition.js'
import type { CdcOptions, TableModule } from './cdc-options.js'

const builtIn: Readonly<Record<'sales' | 'returns' | 'both', readonly TableDefinition[]>> = {
  sales: [storeSales],
  returns: [storeReturns],
  both: [storeSales, storeReturns],
}

type TablesOption = NonNullable<CdcOptions['tables']>

/** Tables whose rows hang on rows of this one, as far as this package knows. */
export function knownChildren(definition: TableDefinition, tables: readonly TableDefinition[]): TableDefinition[] {
  return [...new Set([...tables, ...builtIn.both])].filter(({ parent }) => parent?.table === definition.name)
}

/** The definitions that the `tables` option means, parents before their children. */
export async function loadTables(option: TablesOption): Promise<readonly TableDefinition[]> {
  if (typeof option === 'string') return builtIn[option]
  const definitions = await Promise.all(option.map(async (table) => ('module' in table ? importTable(table) : table)))
  return parentsFirst(definitions.map(defineTable))
}

/** The same for tables that need not be loaded. */
export function inlineTables(option: keyof typeof builtIn | readonly TableDefinition[]): readonly TableDefinition[] {
  return typeof option === 'string' ? builtIn[option] : parentsFirst(option.map(defineTable))
}

/** Whether definitions hold functions of the caller, which cannot cross to another thread. */
export function hasInlineTables(option: TablesOption): boolean {
  return typeof option !== 'string' && option.some((table) => !('module' in table))
}

/** The option in a form that can cross to another thread, if its tables can. */
export function portableTables(option: TablesOption): TablesOption {
  if (typeof option === 'string') return option
  return option.map((table) => {
    if (!('module' in table)) return table
    const module = String(table.module)
    if (!module.startsWith('.')) return { ...table, module }
    throw new OptionsError(
      `Expected \`tables\` to name modules by URL or package, got \`${module}\`. Use \`new URL('${module}', import.meta.url)\`.`,
    )
  })
}

async function importTable(table: TableModule): Promise<TableDefinition> {
  const { module, export: name } = table
  let exports: Record<string, unknown>
  try {
    exports = (await import(String(module))) as Record<string, unknown>
  } catch (cause) {
    throw new OptionsError(`Expected \`tables\` to name a module, got \`${String(module)}\`, which does not load.`, {
      cause,
    })
  }
  const found = exports[name]
  if (typeof found === 'object' && found !== null && 'columns' in found) return found as TableDefinition
  throw new OptionsError(
    `Expected \`${String(module)}\` to export a table definition \`${name}\`, got ${typeof found}.`,
  )
}

function parentsFirst(definitions: readonly TableDefinition[]): TableDefinition[] {
  const names = new Set(definitions.map(({ name }) => name))
  if (names.size < definitions.length) {
    throw new OptionsError(
      `Expected \`tables\` to name each table once, got ${definitions.map((d) => d.name).join(', ')}.`,
    )
  }
  const sorted: TableDefinition[] = []
  const rest = [...definitions]
  while (rest.length > 0) {
    const next = rest.findIndex(({ parent }) => !rest.some(({ name }) => name === parent?.table))
    if (next < 0) {
      throw new OptionsError(
        `Expected \`tables\` to have no circle of parents, got ${rest.map((d) => d.name).join(', ')}.`,
      )
    }
    sorted.push(...rest.splice(next, 1))
  }
  return sorted
}
