import type { Machine } from './machine.js'
import { type Comparison, isMet, type PartResult, type Target } from './result.js'
import type { Summary } from './statistics.js'

/** What the last run of a part found, and where. */
export interface RecordedPart extends PartResult {
  readonly machine: Machine
  readonly rounds: number
  readonly seconds: number
}

/** A part as Markdown, ratios first. */
export function partReport(part: RecordedPart): string {
  const { machine, rounds, seconds } = part
  const where = `${machine.cores} × ${machine.cpu}, Node.js ${machine.node}, ${machine.server}; ${machine.date}`
  return [
    `### ${part.title}`,
    `${where}; ${rounds} rounds; ${Math.round(seconds)} s; load average at the start ${machine.load.toFixed(1)}.`,
    ...part.comparisons.map(comparisonTable),
    ...(part.targets.length > 0 ? [targetTable(part.targets)] : []),
    ...part.notes.map((note) => `- ${note}`),
  ].join('\n\n')
}

function comparisonTable({ title, unit, figures }: Comparison): string {
  const rows = figures.map(({ name, ratio, value }) => [
    name,
    shown(ratio.median),
    range(ratio),
    shown(value.median),
    range(value),
  ])
  return table([title, 'ratio', 'min–max', unit, 'min–max'], rows)
}

function targetTable(targets: readonly Target[]): string {
  const rows = targets.map((target) => [
    target.text,
    shown(target.value),
    `${target.bound} ${shown(target.limit)}`,
    isMet(target) ? 'yes' : 'NO',
  ])
  return table(['target', 'is', 'should be', 'met'], rows)
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  const rule = head.map((_, index) => (index === 0 ? '---' : '---:'))
  return [line(head), line(rule), ...rows.map(line)].join('\n')
}

const range = ({ min, max }: Summary): string => `${shown(min)}–${shown(max)}`

/** Three digits that count; thousands are set apart. */
function shown(value: number): string {
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-US')
  return String(Number(value.toPrecision(3)))
}
