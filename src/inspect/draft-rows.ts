import { cellCode, oneLine, quote } from './cell-code.js'
import { counterName, counts, sequenceName } from './counters.js'
import type { CatalogTable } from './catalog-table.js'
import type { DraftColumn } from './draft-column.js'
import type { Member } from './family.js'

/** The function that computes the rows of a table. */
export function rowsLines(member: Member): string[] {
  const { source, columns } = member.table
  const fill = columns.flatMap((column, index) => fillLines(member, column, index + 1))
  const code = fill.filter((line) => !line.startsWith('//')).join('\n')
  const uses = (name: string): boolean => new RegExp(`\\b${name}\\b`).test(code)
  const [random, changing] = [uses('random'), uses('changing')]
  const context = [
    ...(random || changing ? ['seed'] : []),
    ...(uses('nulls') ? ['nulls'] : []),
    ...(uses('sequences') ? ['sequences'] : []),
  ]
  const parameters = changing
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

/** CHECKs of which this is the last column. That a number is above zero is kept; what else is asked is left to do. */
function checksOf(
  { name, choices }: DraftColumn,
  columns: readonly DraftColumn[],
  { constraints }: CatalogTable,
): string[] {
  const last = (names: readonly string[]): string | undefined =>
    columns.findLast((one) => names.includes(one.name))?.name
  return constraints
    .filter((one) => one.kind === 'check' && last(one.columns) === name && !(choices && one.columns.length === 1))
    .map(({ definition, columns: names }) => {
      const isKept = names.length === 1 && /^CHECK \(\(\S+ >=? (?:0|\(0\)::\w+)\)\)$/.test(definition)
      return isKept ? `// ${oneLine(definition)}` : `// TODO: see that the values keep to ${oneLine(definition)}`
    })
}

/** The comments and the statement that write one cell. */
function fillLines({ table, links, own }: Member, column: DraftColumn, index: number): string[] {
  const { name, nullable, unique } = column
  const { source, recomputed } = table
  const comments = checksOf(column, table.columns, source)
  const set = (code: string, ...more: string[]): string[] => [
    ...comments,
    ...more.map((line) => `// ${line}`),
    `cells[${index}] = ${code} // ${oneLine(name)}`,
  ]
  const link = links.find((one) => one.column === name)
  if (link) return set(`(sequences[${quote(sequenceName(link.table))}] ?? 0) + number`)
  const foreign = source.constraints.find(({ kind, columns }) => kind === 'foreign' && columns.includes(name))
  if (foreign && own.some((one) => one.column === name)) return set(nullable ? 'null' : 'Number(cells[0])')
  if (foreign) {
    const what = `points at rows that nothing keeps in place for this one: ${oneLine(foreign.definition)}`
    if (nullable) return set('null', `TODO: NULL, because it ${what}`)
    const { code } = cellCode({ ...column, unique: false }, 'random')
    return set(code, `TODO: it ${what}; write values that are there and stay, or inspect that table, too`)
  }
  if (counts(column, source)) return set(`(sequences[${quote(counterName(column, source))}] ?? 0) + number`)
  const isRecomputed = recomputed.has(name)
  const { code, todo } = cellCode(column, isRecomputed ? 'changing' : 'random')
  const mayBeNull = nullable && !isRecomputed && !unique
  const value = mayBeNull ? `nulls === 'tpcds' && random.below(10) === 0 ? null : ${code}` : code
  return set(value, ...(todo ? [`TODO: ${todo}`] : []))
}
