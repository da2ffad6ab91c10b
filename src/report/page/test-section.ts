import { count, duration } from '../figures.js'
import { html, type Html } from './html.js'
import type { TestFacts } from '../report-facts.js'

/** The tests that used a stream; those that failed come first, with what they failed with. */
export function testSection(tests: readonly TestFacts[]): Html {
  const failed = tests.filter(({ state }) => state === 'failed')
  return html`${failed.length === 0 ? undefined : failures(failed)}
    <section aria-labelledby="tests">
      <h2 id="tests">Tests that used a stream</h2>
      ${tests.length === 0 ? html`<p>None.</p>` : table([...failed, ...tests.filter(({ state }) => state !== 'failed')])}
    </section>`
}

function failures(tests: readonly TestFacts[]): Html {
  return html`<section aria-labelledby="failures">
    <h2 id="failures">Failures</h2>
    ${tests.map(
      (test) =>
        html`<article class="failure">
          <h3>${test.name}</h3>
          <p>${test.file} · seed ${test.seed} · ${count(test.commits)} commits</p>
          ${test.failures.map((text) => html`<pre tabindex="0" role="group" aria-label="What it failed with">${text}</pre>`)}
          <h4>The same changes again</h4>
          <pre class="command" tabindex="0" role="group" aria-label="Command to replay it">${test.replay}</pre>
        </article>`,
    )}
  </section>`
}

function table(tests: readonly TestFacts[]): Html {
  const heads = [
    'test',
    'state',
    'took',
    'seed',
    'commits',
    'INSERT',
    'UPDATE',
    'DELETE',
    'retries',
    'lost answers',
    'reads',
    'commits meanwhile',
  ]
  return html`<div class="wide" tabindex="0" role="group" aria-label="Tests that used a stream">
    <table class="tests">
      <thead>
        <tr>
          ${heads.map((head) => html`<th scope="col">${head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${tests.map(row)}
      </tbody>
    </table>
  </div>`
}

function row(test: TestFacts): Html {
  const { commits, inserts, updates, deletes, retries, resolved, reads } = test
  const counts = [commits, inserts, updates, deletes, retries, resolved, reads.reads, reads.commits]
  return html`<tr>
    <th scope="row">
      ${test.name}<span class="file">${test.file}</span>
      <details>
        <summary>Replay</summary>
        <pre class="command" tabindex="0" role="group" aria-label="Command to replay it">${test.replay}</pre>
      </details>
    </th>
    <td><span class="state ${test.state}">${test.state}</span></td>
    <td>${duration(test.milliseconds)}</td>
    <td>${String(test.seed)}</td>
    ${counts.map((value) => html`<td>${count(value)}</td>`)}
  </tr>`
}
