import { count, timeOfDay } from './figures.js'
import { html, type Html } from './html.js'
import type { ReportFacts } from './report-facts.js'

/** Batches that were tried again, and lost answers to COMMIT. */
export function faultSection({ retries, resolved, faults }: ReportFacts): Html {
  const told = faults.reduce((sum, { times }) => sum + times, 0)
  const rest = retries + resolved - told
  return html`<section aria-labelledby="faults">
    <h2 id="faults">Retries and lost answers</h2>
    <p>${summary(retries, resolved)}</p>
    ${
      faults.length === 0
        ? undefined
        : html`<div class="wide" tabindex="0" role="group" aria-label="Retries and lost answers">
            <table class="texts">
              <thead>
                <tr>
                  <th scope="col">when</th>
                  <th scope="col">commit</th>
                  <th scope="col">what</th>
                  <th scope="col">times</th>
                </tr>
              </thead>
              <tbody>
                ${faults.map(
                  ({ at, commit, kind, text, times }) =>
                    html`<tr>
                      <th scope="row"><time datetime="${new Date(at).toISOString()}">${timeOfDay(at)}</time></th>
                      <td>${count(commit)}</td>
                      <td class="text">${kind === 'retry' ? `Failed, and tried again: ${text}` : text}</td>
                      <td>${count(times)}</td>
                    </tr>`,
                )}
              </tbody>
            </table>
          </div>`
    }
    ${rest > 0 ? html`<p>… and ${count(rest)} more.</p>` : undefined}
  </section>`
}

function summary(retries: number, resolved: number): string {
  if (retries + resolved === 0) return 'None: every batch was accepted at its first attempt.'
  const lost = resolved === 1 ? '1 answer to COMMIT was' : `${count(resolved)} answers to COMMIT were`
  return `${retries === 1 ? '1 attempt' : `${count(retries)} attempts`} failed and ${retries === 1 ? 'was' : 'were'} repeated; ${lost} lost, and what became of the batch was read back.`
}
