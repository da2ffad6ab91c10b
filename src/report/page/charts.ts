import { round, count, duration } from '../figures.js'
import type { ReportFacts } from '../report-facts.js'
import { scrolledTable, section } from './elements.js'
import { html, type Html } from './html.js'
import type { Interval } from '../intervals.js'

/** A chart as the page's script draws it: x in seconds from the start. */
export interface Chart {
  readonly id: string
  readonly title: string
  readonly about: string
  readonly unit: string
  /** Of every line. */
  readonly labels: readonly string[]
  /** Whether a value holds until the next one. */
  readonly steps: boolean
  readonly data: readonly (readonly (number | null)[])[]
}

/**
 * Where nothing was committed for so much of the run, as between two tests, a line ends and begins anew. Not where all
 * commits are that far apart, as in a run of ten.
 */
const LONGEST_GAP = 0.1
const TIMES_THE_USUAL = 5

export function toCharts({ intervals, points, began, seconds }: ReportFacts): Chart[] {
  if (began === null) return []
  const start = Date.parse(began)
  const times = points.map(({ at }) => Math.max(0, at - start) / 1000)
  const joined = points.some(({ commits }) => commits > 1)
  const longest = Math.max(seconds * LONGEST_GAP, usualDistance(times) * TIMES_THE_USUAL)
  const gapped = (...lines: readonly number[][]): Chart['data'] => withGaps([times, ...lines], longest)
  const rates = intervals.map(({ changesPerSecond }) => changesPerSecond)
  const slowest = points.map((point) => point.slowest)
  const mean = points.map(({ busy, commits }) => round(busy / commits))
  return [
    {
      id: 'throughput',
      title: 'Throughput',
      about: 'Changes a second.',
      unit: 'changes/s',
      labels: ['throughput'],
      steps: true,
      data: [
        [...intervals.map(({ from }) => from), seconds],
        [...rates, rates.at(-1) ?? null],
      ],
    },
    {
      id: 'latency',
      title: 'Commit latency',
      about: 'In milliseconds, from BEGIN to the answer to COMMIT, with retries.',
      unit: 'ms',
      labels: joined ? ['slowest', 'mean'] : ['latency'],
      steps: false,
      data: joined ? gapped(slowest, mean) : gapped(slowest),
    },
    {
      id: 'lag',
      title: 'Lag',
      about: 'By how many milliseconds a batch began later than its schedule wanted.',
      unit: 'ms',
      labels: ['lag'],
      steps: false,
      data: gapped(points.map(({ lag }) => lag)),
    },
  ]
}

/** The same lines with a point without values wherever more seconds than `longest` have none. */
function withGaps(lines: readonly (readonly number[])[], longest: number): (number | null)[][] {
  const [times = []] = lines
  const columns = times.flatMap((time, index) => {
    const before = times[index - 1] ?? time
    const values = lines.map((line) => line[index] ?? null)
    return time - before > longest ? [[(before + time) / 2, ...lines.slice(1).map(() => null)], values] : [values]
  })
  return lines.map((_, line) => columns.map((column) => column[line] ?? null))
}

/** The median of the distances between neighbours, or the one before it. */
function usualDistance(times: readonly number[]): number {
  const distances = times.slice(1).map((time, index) => time - times[index]!)
  return distances.toSorted((a, b) => a - b)[(distances.length - 1) >> 1] ?? 0
}

type Column = readonly [title: string, cell: (interval: Interval) => string]

const COLUMNS: Readonly<Record<string, readonly Column[]>> = {
  throughput: [
    ['commits', ({ commits }) => count(commits)],
    ['changes', ({ changes }) => count(changes)],
    ['changes/s', ({ changesPerSecond }) => count(changesPerSecond)],
  ],
  latency: [
    ['commits', ({ commits }) => count(commits)],
    ['mean', ({ meanLatency }) => duration(meanLatency)],
    ['slowest', ({ slowest }) => duration(slowest)],
  ],
  lag: [
    ['commits', ({ commits }) => count(commits)],
    ['most behind', ({ lag }) => duration(lag)],
  ],
}

export function chartSection(chart: Chart, intervals: readonly Interval[]): Html {
  const { id, title } = chart
  const columns = COLUMNS[id] ?? []
  const rows = intervals.map(
    (interval) =>
      html`<tr>
        <th scope="row">${duration(interval.from * 1000)}</th>
        ${columns.map(([, cell]) => html`<td>${cell(interval)}</td>`)}
      </tr>`,
  )
  const label = `${title} as a table`
  const content = html`${chartFigure(chart)}
    <details>
      <summary>${label}</summary>
      ${scrolledTable({ label, heads: ['from', ...columns.map(([name]) => name)], rows })}
    </details>`
  return section(id, title, content)
}

/** The place of a chart, and what its lines mean. Its values have to be in a table as well. */
export function chartFigure({ id, title, about, unit, labels }: Chart): Html {
  const keys = labels.map((label, index) => html`<li class="key-${index}">${label}</li>`)
  return html`<p>${about}</p>
    <div
      class="chart"
      data-chart="${id}"
      tabindex="0"
      role="group"
      aria-label="Chart: ${title} in ${unit}. Arrow keys read out its values; they are in the table below, too."
      hidden
    ></div>
    <div class="under-chart">
      ${
        labels.length > 1
          ? html`<ul class="keys">
              ${keys}
            </ul>`
          : undefined
      }
      <output data-value-of="${id}"></output>
    </div>`
}
