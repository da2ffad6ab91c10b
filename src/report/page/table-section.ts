import { changeCount, type ChangeCounts } from '../../ledger/change.js'
import { count } from '../figures.js'
import { scrolledTable, section } from './elements.js'
import { html, type Html } from './html.js'
import type { ReportFacts } from '../report-facts.js'

const KINDS = ['inserts', 'updates', 'deletes'] as const

export function tableSection({ tables, inserts, updates, deletes }: ReportFacts): Html {
  const total = { inserts, updates, deletes }
  const most = Math.max(1, ...tables.map(changeCount))
  const bars = html`<div aria-hidden="true">
    ${tables.map(
      (row) =>
        html`<p class="bar-name">${row.table}</p>
          <div class="bar" style="width:${((changeCount(row) / most) * 100).toFixed(2)}%">
            ${KINDS.map((kind) => (row[kind] === 0 ? undefined : html`<span class="${kind}" style="flex-grow:${row[kind]}"></span>`))}
          </div>`,
    )}
    <ul class="keys">
      ${KINDS.map((kind) => html`<li class="${kind}">${kind.toUpperCase().slice(0, -1)}</li>`)}
    </ul>
  </div>`
  const table = scrolledTable({
    label: 'Changes by table and kind',
    heads: ['table', 'INSERT', 'UPDATE', 'DELETE', 'all'],
    rows: tables.map((row) => tableRow(row.table, row)),
    sums: tableRow('all tables', total),
  })
  return section('tables', 'Changes by table', bars, table)
}

function tableRow(name: string, counts: ChangeCounts): Html {
  const cells = [...KINDS.map((kind) => counts[kind]), changeCount(counts)]
  return html`<tr>
    <th scope="row">${breakable(name)}</th>
    ${cells.map((value) => html`<td>${count(value)}</td>`)}
  </tr>`
}

/** A name that a narrow screen may break after its underscores. */
function breakable(name: string): Html[] {
  return name.split(/(?<=_)/).map((part, index) => (index === 0 ? html`${part}` : html`<wbr />${part}`))
}
