import type { CatalogTable } from './catalog-table.js'
import { oneLine, quote } from './code.js'
import type { DraftColumn } from './draft-column.js'
import { draftTable } from './draft-table.js'
import { draftDdl } from './draft-ddl.js'
import { rowsLines } from './draft-rows.js'
import { formFamilies } from './family.js'
import type { ForeignKey } from './foreign-key.js'
import { camelCase } from './local-name.js'
import type { Member } from './member.js'
import { planRows, type RowPlan } from './row-plan.js'

/** A smaller number of rows is inserted before long. */
const FEW_KEYS = 10_000

const PACKAGE = 'vitest-cloudberry-cdc/engine'

/** TypeScript, or JavaScript for a Node.js that loads no other. */
export type Language = 'ts' | 'js'

/**
 * The draft of a module that defines tables like these, parents before their children. What the catalog does
 * not say is marked TODO.
 *
 * @throws TargetError for a table that no stream can write to
 */
export function draftModule(tables: readonly CatalogTable[], language: Language = 'ts'): string {
  const plans = planRows(formFamilies(tables.map((table) => draftTable(table))))
  return moduleText(
    plans,
    tables.map(({ schema, name }) => `${schema}.${name}`),
    language,
  )
}

/**
 * The text of a module.
 *
 * @param sources what stands behind `inspect` on the command line
 * @param notes lines of comment that come behind the definitions
 */
export function moduleText(
  plans: readonly RowPlan[],
  sources: readonly string[],
  language: Language,
  notes: readonly string[] = [],
): string {
  const names = exportNames(plans.map(({ member }) => member.table.source.name))
  const definitions = plans.map((plan) => {
    const { name } = plan.member.table.source
    return definitionText(plan, `${names.get(name)}${language === 'ts' ? ': TableDefinition' : ''}`)
  })
  const body = [...definitions, ...(notes.length > 0 ? [notes.join('\n')] : [])].join('\n\n')
  const imports = [
    ...(plans.length > 0 ? ['defineTable'] : []),
    ...(body.includes('arrayText(') ? ['arrayText'] : []),
    ...(body.includes('new Random(') ? ['Random'] : []),
    ...(body.includes('timestampText(') ? ['timestampText'] : []),
    ...(language === 'ts' && plans.length > 0 ? ['type TableDefinition'] : []),
  ]
  return `/*
 * Drafted by: cloudberry-cdc inspect ${sources.join(' ').replaceAll('*/', '* /')}
 *
 * The values fit the types of the columns and mean nothing: make them yours. What the catalog does not tell is marked TODO.
 * A stream computes some rows and tries them on the table before it begins, and says what does not fit.
 */
import { ${imports.join(', ')} } from '${PACKAGE}'

${body}
`
}

function definitionText(plan: RowPlan, declared: string): string {
  const { member, sequences } = plan
  const { source, keys, columns } = member.table
  const { sql, lacks } = draftDdl(plan)
  // Where uuids are bytes, texts are not taken for them.
  const keeps = source.dialect === 'mysql' ? asUuid : (column: DraftColumn): DraftColumn => column
  const lines = [
    ...docLines(plan, lacks),
    `export const ${declared} = defineTable({`,
    `  name: ${quote(source.name)},`,
    `  key: ${plan.families.keys.code(source.name)},`,
    ...parentLine(plan),
    ...refersLine(member),
    ...clockLines(member),
    ...(sequences.size > 0
      ? [`  sequences: { ${[...sequences].map(([name, column]) => `${quote(name)}: ${quote(column)}`).join(', ')} },`]
      : []),
    '  columns: [',
    ...keys.map((column) => `    ${columnText(asUuid(column), undefined)},`),
    ...columns.map((column) => `    ${columnText(keeps(column), columnIsRecomputed(plan, column.name))},`),
    '  ],',
    `  ddl: \`\n${template(sql.replaceAll(/^/gm, '    '))}\n  \`,`,
    ...rowsLines(plan),
    '})',
  ]
  return lines.join('\n')
}

const asUuid = (column: DraftColumn): DraftColumn => ({ ...column, type: column.isUuid ? 'uuid' : column.type })

/** Where no UPDATE can come, all columns say so. */
function columnIsRecomputed({ member: { table }, recomputed }: RowPlan, name: string): boolean | undefined {
  if (recomputed.has(name)) return true
  return recomputed.size === 0 && table.clock === undefined ? false : undefined
}

function parentLine({ member, families }: RowPlan): string[] {
  if (member.parent === undefined) return []
  const { most, least, skew } = families.children.get(member.table.source.name)!
  const several = most > 1 ? `, most: ${most}, least: ${least}, skew: ${skew}` : ''
  const on = direct(member).flatMap(({ columns, tableColumns }) =>
    columns.map((column, index) => `${property(column)}: ${quote(tableColumns[index] ?? '')}`),
  )
  const columns = on.length > 0 ? `{ ${[...new Set(on)].join(', ')} }` : '{}'
  return [`  parent: { table: ${quote(member.parent)}, on: ${columns}${several} },`]
}

function refersLine({ refers, trees }: Member): string[] {
  const tables = [...new Set([...refers, ...trees].map(({ table }) => quote(table)))]
  return tables.length > 0 ? [`  refers: [${tables.join(', ')}],`] : []
}

function clockLines({ table: { clock } }: Member): string[] {
  if (clock === undefined) return []
  return [
    '  // By its name, the time of the last change. If the database says when, remove this line and the last column.',
    `  clock: { column: ${quote(clock)} },`,
  ]
}

/** The foreign keys to the parent itself. */
function direct({ above, parent }: Member): readonly ForeignKey[] {
  return above.filter(({ table }) => table === parent)
}

function docLines({ member, recomputed, families }: RowPlan, lacks: readonly string[]): string[] {
  const { table, parent } = member
  const { source, keys: itsKeys, omitted } = table
  const { most } = families.children.get(source.name)!
  const lines = [`A table like \`${source.schema}.${source.name}\`.`]
  if (parent !== undefined && direct(member).length === 0)
    lines.push(`Row n is there while row n of \`${parent}\` is, so that all rows that it points at are there.`)
  else if (parent !== undefined)
    lines.push(`A row belongs to one of \`${parent}\`, each of which has ${most === 1 ? 'one' : `up to ${most}`} here.`)
  if (table.isKeyChosen)
    lines.push(
      `No constraint says that rows differ in \`${itsKeys[0]?.name}\`: those of the stream do; rows that stand there before must, too.`,
    )
  for (const { name, note } of families.keys.of(source.name)) {
    if (note !== undefined) lines.push(`TODO: \`${name}\` of the key counts by itself, but ${note}.`)
  }
  for (const { name, limits } of itsKeys) {
    if (limits?.most !== undefined && limits.most < FEW_KEYS)
      lines.push(
        `TODO: \`${name}\` of the key ends at ${limits.most}: enough for as many rows; make its type a wider one.`,
      )
  }
  if (recomputed.size === 0 && table.clock === undefined)
    lines.push('No column is left that an UPDATE could set: its rows come and go.')
  for (const { name, why, isMissed } of omitted)
    lines.push(
      `${isMissed ? 'TODO: ' : ''}\`${name}\` is left out: ${why}.${isMissed ? ' The stream says so and does not begin: give the column a default.' : ''}`,
    )
  lines.push(...lacks.map(oneLine))
  for (const { definition } of source.oddIndexes)
    lines.push(`TODO: see that the values keep to ${definition}, which the \`ddl\` leaves out`)
  return ['/**', ...lines.map((line) => ` * ${line.replaceAll('*/', '* /')}`), ' */']
}

function columnText({ name, type, nullable, enumType }: DraftColumn, recomputed: boolean | undefined): string {
  const parts = [`name: ${quote(name)}`, `type: ${quote(type)}`]
  if (enumType !== undefined) parts.push(`enumType: ${quote(enumType)}`)
  if (!nullable) parts.push('nullable: false')
  if (recomputed !== undefined) parts.push(`recomputed: ${recomputed}`)
  return `{ ${parts.join(', ')} }`
}

const property = (name: string): string => (/^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(name) ? name : quote(name))
const template = (text: string): string => text.replaceAll(/[\\`]|\$(?=\{)/g, (character) => `\\${character}`)

/** Words that cannot be the name of a constant in a module, and names that a draft uses itself. */
const TAKEN =
  'await break case catch class const continue debugger default delete do else enum export extends false finally for function if implements import in instanceof interface let new null package private protected public return static super switch this throw true try typeof undefined var void while with yield arguments eval defineTable Random TableDefinition'.split(
    ' ',
  )

/** The name of a table as the name of a constant: `order_lines` is `orderLines`. */
function exportNames(tables: readonly string[]): Map<string, string> {
  const names = new Map<string, string>()
  const used = new Set(TAKEN)
  for (const table of tables) {
    const base = camelCase(table)
    let name = base
    for (let count = 2; used.has(name); count++)
      name = TAKEN.includes(base) && count === 2 ? `${base}Table` : `${base}${count}`
    used.add(name)
    names.set(table, name)
  }
  return names
}
