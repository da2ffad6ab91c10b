import type { CatalogTable } from './catalog-table.js'
import { quote } from './cell-code.js'
import { sequencesOf } from './counters.js'
import type { DraftColumn } from './draft-column.js'
import { draftDdl } from './draft-ddl.js'
import { rowsLines } from './draft-rows.js'
import { draftTable } from './draft-table.js'
import { exportNames } from './export-names.js'
import { formFamily, type Member } from './family.js'

const PACKAGE = 'vitest-cloudberry-cdc/engine'

/** TypeScript, or JavaScript for a Node.js that loads no other. */
export type Language = 'ts' | 'js'

/**
 * The draft of a module that defines tables like these, parents before their children. What the catalog does
 * not tell is marked TODO.
 *
 * @throws TargetError for a table that no stream can write to
 */
export function draftModule(tables: readonly CatalogTable[], language: Language = 'ts'): string {
  const family = formFamily(tables.map((table) => draftTable(table)))
  const names = exportNames(family.map(({ table }) => table.source.name))
  const made = new Set<string>()
  const near = new Set<string>()
  const definitions = family.map((member) => {
    const { name } = member.table.source
    near.add(name)
    return definitionText(
      member,
      `${names.get(name)}${language === 'ts' ? ': TableDefinition' : ''}`,
      draftDdl(member.table.source, near, made),
    )
  })
  const body = definitions.join('\n\n')
  const imports = [
    'defineTable',
    ...(body.includes('new Random(') ? ['Random'] : []),
    ...(language === 'ts' ? ['type TableDefinition'] : []),
  ]
  const sources = tables
    .map(({ schema, name }) => `${schema}.${name}`)
    .join(' ')
    .replaceAll('*/', '* /')
  return `/*
 * Drafted by: cloudberry-cdc inspect ${sources}
 *
 * The values fit the types of the columns and mean nothing: make them yours. What the catalog does not tell is marked TODO.
 * A stream computes some rows and tries them on the table before it begins, and says what does not fit.
 */
import { ${imports.join(', ')} } from '${PACKAGE}'

${body}
`
}

function definitionText(member: Member, declared: string, ddl: string): string {
  const { table, parent } = member
  const { source, key, columns } = table
  const sequences = sequencesOf(member)
  const lines = [
    ...docLines(member),
    `export const ${declared} = defineTable({`,
    `  name: ${quote(source.name)},`,
    `  key: ${quote(key.name)},`,
    ...(parent
      ? [
          `  parent: { table: ${quote(parent.table)}, on: { ${property(parent.column)}: ${quote(keyNameOf(member))} } },`,
        ]
      : []),
    ...(sequences.size > 0
      ? [`  sequences: { ${[...sequences].map(([name, column]) => `${quote(name)}: ${quote(column)}`).join(', ')} },`]
      : []),
    '  columns: [',
    ...[key, ...columns].map((column) => `    ${columnText(column, table.recomputed.has(column.name))},`),
    '  ],',
    `  ddl: \`\n${template(ddl.replaceAll(/^/gm, '    '))}\n  \`,`,
    ...rowsLines(member),
    '})',
  ]
  return lines.join('\n')
}

/** The key of the parent: its link points there. */
function keyNameOf({ table, parent }: Member): string {
  const constraint = table.source.constraints.find(
    ({ kind, columns, table: target }) =>
      kind === 'foreign' && columns[0] === parent?.column && target === parent?.table,
  )
  return constraint!.tableColumns[0]!
}

function docLines({ table, parent }: Member): string[] {
  const { source, omitted, recomputed } = table
  const lines = [`A table like \`${source.schema}.${source.name}\`.`]
  if (parent) lines.push(`Row n belongs to row n of \`${parent.table}\`, so each of those has at most one row here.`)
  if (recomputed.size === 0)
    lines.push(
      'TODO: no column is left that an UPDATE could set: leave UPDATEs out with ratio: { insert: 9, delete: 1 }.',
    )
  for (const { name, why, isMissed } of omitted)
    lines.push(
      `${isMissed ? 'TODO: ' : ''}\`${name}\` is left out: ${why}.${isMissed ? ' The stream says so and does not begin: give the column a default.' : ''}`,
    )
  for (const definition of source.oddIndexes) lines.push(`TODO: see that the values keep to ${definition}`)
  return ['/**', ...lines.map((line) => ` * ${line.replaceAll('*/', '* /')}`), ' */']
}

function columnText({ name, type, nullable, enumType }: DraftColumn, recomputed: boolean): string {
  const parts = [`name: ${quote(name)}`, `type: ${quote(type)}`]
  if (enumType !== undefined) parts.push(`enumType: ${quote(enumType)}`)
  if (!nullable) parts.push('nullable: false')
  if (recomputed) parts.push('recomputed: true')
  return `{ ${parts.join(', ')} }`
}

const property = (name: string): string => (/^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(name) ? name : quote(name))
const template = (text: string): string => text.replaceAll(/[\\`]|\$(?=\{)/g, (character) => `\\${character}`)
