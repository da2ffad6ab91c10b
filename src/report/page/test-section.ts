import { count, duration } from '../figures.js'
import { failureBlock, replayBlock, scrolledTable, section } from './elements.js'
import { html, type Html } from './html.js'
import type { TestFacts } from '../report-facts.js'

/** The tests that used a stream; those that failed come first, with what they failed with. */
export function testSection(tests: readonly TestFacts[]): Html {
  const failed = tests.filter(({ state }) => state === 'failed')
  const rows = [...failed, ...tests.filter(({ state }) => state !== 'failed')].map(row)
  const title = 'Tests that used a stream'
  return html`${failed.length === 0 ? undefined : section('failures', 'Failures', ...failed.map(failure))}
  ${section('tests', title, rows.length === 0 ? html`<p>None.</p>` : scrolledTable({ label: title, kind: 'tests', heads, rows }))}`
}

function failure({ name, file, seed, commits, failures, replay }: TestFacts): Html {
  return html`<article class="failure">
    <h3>${name}</h3>
    <p>${file} · seed ${seed} · ${count(commits)} commits</p>
    ${failures.map(failureBlock)}
    <h4>The same changes again</h4>
    ${replayBlock(replay)}
  </article>`
}

const counted = ['commits', 'INSERT', 'UPDATE', 'DELETE', 'retries', 'lost answers', 'reads', 'commits meanwhile']
const heads = ['test', 'state', 'took', 'seed', ...counted]

function row(test: TestFacts): Html {
  const { commits, inserts, updates, deletes, retries, resolved, reads } = test
  const counts = [commits, inserts, updates, deletes, retries, resolved, reads.reads, reads.commits]
  return html`<tr>
    <th scope="row">
      ${test.name}<span class="file">${test.file}</span>
      <details>
        <summary>Replay</summary>
        ${replayBlock(test.replay)}
      </details>
    </th>
    <td><span class="state ${test.state}">${test.state}</span></td>
    <td>${duration(test.milliseconds)}</td>
    <td>${String(test.seed)}</td>
    ${counts.map((value) => html`<td>${count(value)}</td>`)}
  </tr>`
}
