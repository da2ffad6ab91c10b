import { OptionsError } from '../errors.js'
import { defineTable } from '../tables/define-table.js'
import { expectKnown } from '../tables/expect-known.js'
import { storeReturns } from '../tables/store-returns.js'
import { storeSales } from '../tables/store-sales.js'
import type { TableDefinition } from '../tables/table-definition.js'
import { oneLine } from '../database/one-line.js'

const builtIn: Readonly<Record<'sales' | 'returns' | 'both', readonly TableDefinition[]>> = {
  sales: [storeSales],
  returns: [storeReturns],
  both: [storeSales, storeReturns],
}

/** A table definition that a module exports; it is loaded where the stream runs, off the caller's thread. */
export interface TableModule {
  readonly module: string | URL
  readonly export: string
}

/** Which tables change: built-in ones by name, or definitions. */
export type TablesOption = keyof typeof builtIn | readonly (TableDefinition | TableModule)[]

/** Tables whose rows hang on rows of this one, as far as this package knows. */
export function knownChildren(definition: TableDefinition, tables: readonly TableDefinition[]): TableDefinition[] {
  return [...new Set([...tables, ...builtIn.both])].filter(({ parent }) => parent?.table === definition.name)
}

/** The definitions that the `tables` option means, parents before their children. */
export async function loadTables(option: TablesOption): Promise<readonly TableDefinition[]> {
  if (typeof option === 'string') return builtIn[option]
  const definitions = await Promise.all(
    option.map(async (table) => (isModule(table) ? importTable(table) : defineTable(table))),
  )
  return parentsFirst(definitions)
}

/** The same for tables that need not be loaded. */
export function inlineTables(option: keyof typeof builtIn | readonly TableDefinition[]): readonly TableDefinition[] {
  return typeof option === 'string' ? builtIn[option] : parentsFirst(option.map(defineTable))
}

/** Whether definitions hold functions of the caller, which cannot cross to another thread. */
export function hasInlineTables(option: TablesOption): boolean {
  return typeof option !== 'string' && option.some((table) => !isModule(table))
}

/** The option in a form that can cross to another thread, if its tables can. */
export function portableTables(option: TablesOption): TablesOption {
  if (typeof option === 'string') return option
  return option.map((table) => {
    if (!isModule(table)) return defineTable(table)
    expectKnown(table, ['module', 'export'], 'a module of `tables`')
    if (typeof table.export !== 'string' || table.export === '') {
      throw new OptionsError(
        `Expected \`tables\` to name what \`${String(table.module)}\` exports, got nothing. Write { module, export: 'orders' }.`,
      )
    }
    const module = String(table.module)
    if (/^https?:/.test(module)) {
      throw new OptionsError(
        `Expected \`tables\` to name modules by file URL or package, got \`${module}\`: in a browser-like environment, such as jsdom or happy-dom, Vitest makes such an address of \`new URL(…, import.meta.url)\`. ` +
          'Put `// @vitest-environment node` at the top of the test file, or hand the definitions over inline.',
      )
    }
    if (!module.startsWith('.')) return { ...table, module }
    throw new OptionsError(
      `Expected \`tables\` to name modules by URL or package, got \`${module}\`. Use \`new URL('${module}', import.meta.url)\`.`,
    )
  })
}

function isModule(table: TableDefinition | TableModule): table is TableModule {
  return table !== null && 'module' in table
}

/** All definitions that a module exports, parents before their children. */
export async function loadModule(module: string): Promise<readonly TableDefinition[]> {
  const exports = await importModule(module)
  const names = Object.keys(exports).filter((name) => isDefinition(exports[name]))
  if (names.length === 0) {
    throw new OptionsError(
      `Expected \`${module}\` to export table definitions, got ${Object.keys(exports).join(', ') || 'nothing'}. Export what \`defineTable()\` returns.`,
    )
  }
  return loadTables(names.map((name) => ({ module, export: name })))
}

function isDefinition(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'columns' in value
}

async function importModule(module: string): Promise<Record<string, unknown>> {
  try {
    return (await import(module)) as Record<string, unknown>
  } catch (cause) {
    const message = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)
    // Node.js itself loads it: TypeScript from 22.18 on (https://nodejs.org/api/typescript.html).
    const todo =
      (cause as { code?: unknown }).code === 'ERR_UNKNOWN_FILE_EXTENSION'
        ? `Node.js ${process.versions.node} loads JavaScript only: name a .js or .mjs file, or use Node.js 22.18 or later.`
        : message.includes('Vitest')
          ? 'It is loaded outside of Vitest: import `defineTable` from `vitest-cloudberry-cdc/engine` there.'
          : 'Correct its address or its code.'
    throw new OptionsError(
      `Expected \`tables\` to name a module, got \`${module}\`, which does not load: ${oneLine(message)}. ${todo}`,
      { cause },
    )
  }
}

async function importTable({ module, export: name }: TableModule): Promise<TableDefinition> {
  const exports = await importModule(String(module))
  const found = exports[name]
  if (isDefinition(found)) return defineTable(found as TableDefinition)
  const names = Object.keys(exports)
    .toSorted()
    .map((one) => `\`${one}\``)
  const got = found === undefined ? 'no such export' : Array.isArray(found) ? 'a list' : typeof found
  throw new OptionsError(
    `Expected \`${String(module)}\` to export a table definition \`${name}\`, got ${got}. It exports ${names.join(', ') || 'nothing'}; export what \`defineTable()\` returns.`,
  )
}

function parentsFirst(definitions: readonly TableDefinition[]): TableDefinition[] {
  const names = new Set(definitions.map(({ name }) => name))
  if (names.size < definitions.length) {
    throw new OptionsError(
      `Expected \`tables\` to name each table once, got ${definitions.map((d) => d.name).join(', ')}.`,
    )
  }
  for (const { name, parent } of definitions) {
    const columns = definitions.find((one) => one.name === parent?.table)?.columns
    const missing = Object.values(parent?.on ?? {}).find((theirs) => !columns?.some((one) => one.name === theirs))
    if (columns === undefined || missing === undefined) continue
    throw new OptionsError(
      `Expected \`parent.on\` of table \`${name}\` to name columns of \`${parent!.table}\`, got \`${missing}\`. Write { own: parents } with its columns: ${columns.map((one) => one.name).join(', ')}.`,
    )
  }
  const sorted: TableDefinition[] = []
  const rest = [...definitions]
  while (rest.length > 0) {
    const isAwaited = (own: TableDefinition, name: string): boolean =>
      name === own.parent?.table || (name !== own.name && own.refers?.includes(name) === true)
    const next = rest.findIndex((own) => !rest.some(({ name }) => isAwaited(own, name)))
    if (next < 0) {
      throw new OptionsError(
        `Expected \`tables\` to have no circle of parents and of tables that they refer to, got ${rest.map((d) => d.name).join(', ')}.`,
      )
    }
    sorted.push(...rest.splice(next, 1))
  }
  return sorted
}
