import { count, timeOfDay } from '../figures.js'
import { scrolledTable, section } from './elements.js'
import { html, type Html } from './html.js'
import type { ReportFacts } from '../report-facts.js'

export function faultSection({ retries, resolved, faults }: ReportFacts): Html {
  const listed = faults.reduce((sum, { times }) => sum + times, 0)
  const rest = retries + resolved - listed
  const title = 'Retries and lost answers'
  const heads = ['when', 'commit', 'what', 'times']
  const rows = faults.map(
    ({ at, commit, kind, text, times }) =>
      html`<tr>
        <th scope="row"><time datetime="${new Date(at).toISOString()}">${timeOfDay(at)}</time></th>
        <td>${count(commit)}</td>
        <td class="text">${kind === 'retry' ? `Failed, and tried again: ${text}` : text}</td>
        <td>${count(times)}</td>
      </tr>`,
  )
  return section(
    'faults',
    title,
    html`<p>${summary(retries, resolved)}</p>`,
    rows.length === 0 ? undefined : scrolledTable({ label: title, kind: 'texts', heads, rows }),
    rest > 0 ? html`<p>… and ${count(rest)} more.</p>` : undefined,
  )
}

function summary(retries: number, resolved: number): string {
  if (retries + resolved === 0) return 'None: every batch was accepted at its first attempt.'
  const repeated =
    retries === 1 ? '1 attempt failed and was repeated.' : `${count(retries)} attempts failed and were repeated.`
  const lost =
    resolved === 1
      ? 'The answer to 1 COMMIT was lost, and what became of its batch was read back.'
      : `The answers to ${count(resolved)} COMMITs were lost, and what became of their batches was read back.`
  return [...(retries > 0 ? [repeated] : []), ...(resolved > 0 ? [lost] : [])].join(' ')
}
