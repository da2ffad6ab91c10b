import { oneLine, quote } from './code.js'
import type { DraftColumn } from './draft-column.js'
import type { DraftTable } from './draft-table.js'
import { type ForeignKey, nullColumns, ownRule } from './foreign-key.js'
import { holding } from './member.js'
import type { RowPlan } from './row-plan.js'

export function rowsLines(plan: RowPlan): string[] {
  const { source, keys, columns, clock } = plan.member.table
  const cells = columns.flatMap((column, index) =>
    column.name === clock ? [] : fillLines(plan, column, index + keys.length),
  )
  const isUsed = (variable: string): boolean => cells.some((line) => new RegExp(`\\b${variable}\\b`).test(line))
  const rows = plan.references
    .filter(({ variable }) => isUsed(variable))
    .map(({ variable, code }) => `const ${variable} = ${code}`)
  const fill = [...rows, ...cells]
  const code = fill.filter((line) => !line.startsWith('//')).join('\n')
  const uses = (name: string): boolean => new RegExp(`\\b${name}\\b`).test(code)
  const [random, changing] = [uses('random'), uses('changing')]
  const context = [
    ...(random || changing ? ['seed'] : []),
    ...(uses('nulls') ? ['nulls'] : []),
    ...(uses('sequences') ? ['sequences'] : []),
    ...['keyOf', 'rowAbove', 'slotOf', 'rowReferred'].filter(uses),
  ]
  const parameters =
    uses('version') || changing
      ? 'cells, number, version'
      : random || uses('number')
        ? 'cells, number'
        : code
          ? 'cells'
          : ''
  return [
    `  rows(${context.length > 0 ? `{ ${context.join(', ')} }` : ''}) {`,
    ...(random ? [`    const random = new Random(seed, ${quote(source.name)})`] : []),
    ...(changing ? [`    const changing = new Random(seed, ${quote(`${source.name}, changing`)})`] : []),
    '    return {',
    `      fill(${parameters}) {`,
    ...(random ? ['        random.at(number)'] : []),
    ...(changing ? ['        changing.at(number, version)'] : []),
    ...fill.map((line) => `        ${line}`),
    '      },',
    '    }',
    '  },',
  ]
}

function fillLines(plan: RowPlan, column: DraftColumn, index: number): string[] {
  const { name, nullable } = column
  const { code, isKeyed, values } = plan.value(column)
  const comments = [
    ...checksOf(plan.member.table, column, isKeyed && !countsWithin(column)),
    ...(values === undefined ? [] : [endNote(values, nullable)]),
    ...keyNotes(plan, column),
  ]
  const mayBeNull = nullable && !isKeyed && !column.range.notNull && !plan.recomputed.has(name)
  const value = mayBeNull ? `nulls === 'tpcds' && random.below(10) === 0 ? null : ${code}` : code
  return [...comments.map((line) => `// ${line}`), `cells[${index}] = ${value} // ${oneLine(name)}`]
}

function endNote(values: number, nullable: boolean): string {
  const few = values < 10_000 ? 'TODO: ' : ''
  const instead = nullable ? '; write NULL to more rows' : ''
  return `${few}no two rows may have the same value here, and there are ${values.toLocaleString('en')}: enough for as many rows${instead}`
}

/** Whether values that count on from one keep to what CHECKs say of a column. */
function countsWithin({ type, fixed, choices, range }: DraftColumn): boolean {
  const { least = 1, most = Infinity, shortest = 1, choices: numbers } = range
  return (
    fixed !== undefined ||
    choices !== undefined ||
    (least <= 1 && most === Infinity && (shortest <= 1 || type === 'bytea') && !numbers)
  )
}

/** CHECKs of which this is the last column. What is not of a simple form is left to do. */
function checksOf(
  { source, columns, checks }: DraftTable,
  { name, choices, fixed }: DraftColumn,
  isBeyond: boolean,
): string[] {
  const last = (names: readonly string[]): string | undefined =>
    columns.findLast((one) => names.includes(one.name))?.name
  const own = source.constraints
    .filter((one) => one.kind === 'check' && last(one.columns) === name && !(choices && one.columns.length === 1))
    .map(({ definition }) => definition)
  const domain = choices ? [] : (source.columns.find((one) => one.name === name)?.domainChecks ?? [])
  return [...own, ...domain].map((definition) => {
    if (checks.kept.has(definition) && !isBeyond) return oneLine(definition)
    const value = fixed === undefined ? '' : fixed === 'null' ? 'NULL, so ' : 'its default, so '
    return `TODO: ${value}see that the values keep to ${oneLine(definition)}`
  })
}

/** What is to be known of the foreign keys of a column that nothing keeps in place. */
function keyNotes({ member, families }: RowPlan, { name }: DraftColumn): string[] {
  const { table, apart, circular, loose, torn } = member
  const notes: string[] = []
  const isLast = (key: ForeignKey): boolean =>
    key.columns.findLast((one) => table.columns.some((c) => c.name === one)) === name
  for (const key of [...apart, ...circular, ...loose]) {
    const nulls = nullColumns(key, table, holding(member))
    const isNull = nulls.includes(name)
    const what = oneLine(key.definition)
    if (apart.includes(key) && isNull) notes.push(`NULL, because other columns decide which row it could be: ${what}`)
    else if (circular.includes(key) && isNull)
      notes.push(`NULL, because this table and \`${key.table}\` point at each other: ${what}`)
    else if (circular.includes(key) && isLast(key)) {
      notes.push(
        `TODO: no row can be the first, because this table and \`${key.table}\` point at each other, and neither may be NULL; the \`ddl\` leaves this one out, and so must the database: ${what}`,
      )
    } else if (loose.includes(key) && isNull && table.checks.fixed.get(name) !== 'null')
      notes.push(`TODO: NULL, because it points at rows that nothing keeps in place for this one: ${what}`)
    else if (loose.includes(key) && isLast(key) && nulls.length === 0) {
      const isDrafted = key.isNear && families.sources.member(key.table) !== undefined
      const or = key.isNear && !isDrafted ? ', or inspect that table, too' : ''
      notes.push(
        `TODO: it points at rows that nothing keeps in place for this one: ${what}; write values that are there and stay${or}`,
      )
    }
  }
  for (const key of torn) {
    if (isLast(key))
      notes.push(`TODO: another foreign key decides this value; see that it also keeps to ${oneLine(key.definition)}`)
  }
  const isAtRisk = (key: ForeignKey): boolean =>
    torn.includes(key) || (loose.includes(key) && nullColumns(key, table, holding(member)).length === 0)
  const isDrafted = ({ isNear, table: other }: ForeignKey): boolean =>
    isNear && families.sources.member(other) !== undefined
  for (const key of [...torn, ...loose].filter((one) => isLast(one) && isAtRisk(one) && isDrafted(one))) {
    const rule = ownRule(key)
    if (rule !== undefined)
      notes.push(
        `TODO: ${rule}: where a row of \`${key.table}\` is deleted, the database changes rows here, of which the ledger does not know; leave that rule out`,
      )
  }
  return notes
}
