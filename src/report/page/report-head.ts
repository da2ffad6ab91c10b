import { count, duration } from '../figures.js'
import { html, type Html } from './html.js'
import type { ReportFacts } from '../report-facts.js'

/** What a reader wants to know first. */
export function reportHead(facts: ReportFacts): Html {
  const { source, state, outcome, began, latency, seed, replay } = facts
  const figures = [
    ['commits', count(facts.commits)],
    ['changes', count(facts.changes)],
    ['changes/s', count(facts.changesPerSecond)],
    ['from first to last', duration(facts.seconds * 1000)],
    ['mean latency', duration(latency?.mean ?? null)],
    ['slowest commit', duration(latency?.slowest ?? null)],
    ['most behind', duration(facts.lag)],
    ['retries', count(facts.retries)],
    ['lost answers', count(facts.resolved)],
    ...(seed === undefined ? [] : [['seed', String(seed)] as const]),
  ] as const
  return html`<header>
    <h1>Change stream run report</h1>
    <p><span class="state ${state}">${state}</span> ${outcome}</p>
    <p>
      ${source}${began === null ? undefined : html`, first batch at <time datetime="${began}">${began.replace('T', ' ').replace('Z', ' UTC')}</time>`}
    </p>
    <dl>
      ${figures.map(
        ([name, value]) =>
          html`<div>
            <dt>${name}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
    </dl>
    ${
      replay === undefined
        ? undefined
        : html`<details>
            <summary>The same changes again</summary>
            <pre class="command" tabindex="0" role="group" aria-label="Command to replay it">${replay}</pre>
          </details>`
    }
  </header>`
}
