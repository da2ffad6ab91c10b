import { TargetError } from '../errors.js'
import type { CatalogTable } from './catalog-table.js'
import { oneLine } from './code.js'
import { type Language, moduleText } from './draft-module.js'
import { type DraftTable, draftTable } from './draft-table.js'
import { formFamilies } from './family.js'
import { type ForeignKey, nullColumns } from './foreign-key.js'
import { holding, type Member } from './member.js'
import { planRows, type RowPlan } from './row-plan.js'

/** A table that no definition is drafted for, and why. */
export interface LeftOut {
  readonly name: string
  readonly why: string
}

/** What is drafted for a whole schema. */
export interface SchemaDraft {
  readonly plans: readonly RowPlan[]
  readonly leftOut: readonly LeftOut[]
}

/**
 * Drafts all tables of a schema that a stream can write to: a definition that does not run would keep the others from it.
 *
 * @param without tables that are known not to run; those that need them go, too
 */
export function draftSchema(tables: readonly CatalogTable[], without: readonly LeftOut[] = []): SchemaDraft {
  const leftOut = [...without]
  let drafted = tables.flatMap((table): DraftTable[] => {
    if (leftOut.some(({ name }) => name === table.name)) return []
    try {
      return [draftTable(table, { choosesKey: true })]
    } catch (error) {
      if (!(error instanceof TargetError)) throw error
      leftOut.push({ name: table.name, why: error.message })
      return []
    }
  })
  for (;;) {
    const families = formFamilies(drafted)
    const blocked = families.members.flatMap((member): LeftOut[] => {
      const why = hindrance(member, leftOut)
      return why === undefined ? [] : [{ name: member.table.source.name, why }]
    })
    if (blocked.length === 0) return { plans: planRows(families), leftOut }
    leftOut.push(...blocked)
    drafted = drafted.filter(({ source }) => !blocked.some(({ name }) => name === source.name))
  }
}

/** Why no row of a table can be made, or undefined. */
function hindrance(member: Member, leftOut: readonly LeftOut[]): string | undefined {
  const { table, loose } = member
  const few = fewRows(table)
  if (few !== undefined) return few
  const missed = table.omitted.find(({ isMissed }) => isMissed)
  if (missed) return `\`${missed.name}\`: ${missed.why}; give the column a default`
  const isHeld = (key: ForeignKey): boolean => nullColumns(key, table, holding(member)).length === 0
  const key = loose.find(isHeld)
  if (!key) return undefined
  const isGone = key.isNear && leftOut.some(({ name }) => name === key.table)
  const where = isGone ? `\`${key.table}\`, which is left out` : `rows that the draft does not have`
  return `it points at ${where}, and may not be NULL: ${oneLine(key.definition)}`
}

/** Fewer rows than a stream inserts in its first batches. */
const FEW = 100

/** Unique columns of few values end a table before a stream has begun. */
function fewRows({ source, keys, columns }: DraftTable): string | undefined {
  const valuesOf = (name: string): number => {
    const column = [...keys, ...columns].find((one) => one.name === name)
    const { choices, least = -Infinity, most = Infinity } = column?.range ?? {}
    const counted = column?.choices?.length ?? choices?.length ?? most - least + 1
    return column?.type === 'bool' ? Math.min(counted, 2) : counted
  }
  const isKeyed = ({ kind }: { readonly kind: string }): boolean => kind === 'primary' || kind === 'unique'
  for (const { columns: names, definition } of source.constraints.filter(isKeyed)) {
    const nullable = names.some((name) => source.columns.find((one) => one.name === name)?.notNull === false)
    const rows = names.reduce((product, name) => product * valuesOf(name), 1)
    if (!nullable && rows < FEW) return `it can have ${rows} ${rows === 1 ? 'row' : 'rows'} only: ${definition}`
  }
  return undefined
}

/** The module of a draft, with a line for every table that it lacks. */
export function schemaText(
  schema: string,
  { plans, leftOut }: SchemaDraft,
  skipped: readonly string[],
  language: Language,
): string {
  const lines = [...leftOut.map(({ name, why }) => `TODO: \`${name}\` is left out: ${oneLine(why)}`), ...skipped].map(
    (line) => `// ${line}`,
  )
  return moduleText(plans, [schema], language, lines)
}
