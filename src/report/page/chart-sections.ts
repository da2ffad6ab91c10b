import type { Chart } from './charts.js'
import { count, duration } from '../figures.js'
import { scrolledTable, section } from './elements.js'
import { html, type Html } from './html.js'
import type { Interval } from '../intervals.js'

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
  const { id, title, about, unit, labels } = chart
  const columns = COLUMNS[id] ?? []
  const keys = labels.map((label, index) => html`<li class="key-${index}">${label}</li>`)
  const rows = intervals.map(
    (interval) =>
      html`<tr>
        <th scope="row">${duration(interval.from * 1000)}</th>
        ${columns.map(([, cell]) => html`<td>${cell(interval)}</td>`)}
      </tr>`,
  )
  const label = `${title} as a table`
  const content = html`<p>${about}</p>
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
    </div>
    <details>
      <summary>${label}</summary>
      ${scrolledTable({ label, heads: ['from', ...columns.map(([name]) => name)], rows })}
    </details>`
  return section(id, title, content)
}
