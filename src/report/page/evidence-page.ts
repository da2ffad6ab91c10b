import { type Anomaly, anomalyMeanings, countsInWords } from '../../match/anomaly.js'
import type { Evidence } from '../evidence.js'
import { count } from '../figures.js'
import { failureBlock, figureList, type Figures, replayBlock, scrolledTable, section, pageFrame } from './elements.js'
import { html, type Html } from './html.js'
import { pageStyle } from './page-style.js'
import type { TestFacts } from '../report-facts.js'

export interface EvidenceFacts {
  /** With the names of its suites. */
  readonly name: string
  readonly file: string
  /** Of this package. */
  readonly version: string
  readonly evidence: Evidence
  /** What the test's stream has done so far; undefined where the test has no stream of the fixtures. */
  readonly stream?:
    Pick<TestFacts, 'seed' | 'commits' | 'inserts' | 'updates' | 'deletes' | 'reads' | 'replay'> | undefined
}

/** One failure of a test as a small HTML page that needs nothing else. */
export function renderEvidence(facts: EvidenceFacts): string {
  const { name, file, version, evidence, stream } = facts
  const { where, anomalies, text, replay = stream?.replay } = evidence
  const textAlone = replay === undefined ? text : withoutLine(text, replay)
  const data = `data:application/json;charset=utf-8,${encodeURIComponent(JSON.stringify(facts, undefined, 1))}`
  const body = html`<header>
      <h1>${name}</h1>
      <p><span class="state failed">failed</span> ${file}</p>
      ${stream && figureList(figuresOf(stream))}
    </header>
    <main>
      ${where === undefined ? undefined : section('place', 'The place', html`<pre>${where}</pre>`)}
      ${anomalies.length === 0 ? undefined : section('anomalies', 'Anomalies', anomalyTable(evidence))}
      ${section('message', 'What it failed with', failureBlock(textAlone))}
      ${replay === undefined ? undefined : section('again', 'The same changes again', replayBlock(replay))}
    </main>
    <footer>
      <p>
        Made by vitest-cloudberry-cdc ${version} when the assertion failed.
        <a href="${data}" download="evidence.json">The same as JSON</a>
      </p>
    </footer>`
  return pageFrame({ title: `failed: ${name}`, styles: [pageStyle], body })
}

function figuresOf({ seed, commits, inserts, updates, deletes, reads }: NonNullable<EvidenceFacts['stream']>): Figures {
  const made = [
    ['commits', count(commits)],
    ['INSERT', count(inserts)],
    ['UPDATE', count(updates)],
    ['DELETE', count(deletes)],
  ] as const
  return [
    ['seed', String(seed)],
    // What an explored job has met is put back.
    ...(commits > 0 ? made : []),
    ['reads', count(reads.reads)],
    ['commits meanwhile', count(reads.commits)],
  ]
}

function anomalyTable({ anomalies, counts, nearest }: Evidence): Html {
  const names = [...new Set(anomalies.map((anomaly) => anomaly.name))]
  return html`<p>
      ${countsInWords(counts)}.
      ${nearest === undefined ? undefined : `The commit that comes nearest is ${count(nearest)}.`}
    </p>
    ${scrolledTable({ label: 'Anomalies', kind: 'texts anomalies', heads: ['anomaly', 'commit', 'what'], rows: anomalies.map(row) })}
    <details>
      <summary>What the names mean</summary>
      ${names.map((name) => html`<p><strong>${name}</strong>: ${anomalyMeanings[name].means}</p>`)}
    </details>`
}

function row({ name, commit, text, history }: Anomaly): Html {
  const said = text.startsWith(`${name}: `) ? text.slice(name.length + 2) : text
  return html`<tr>
    <th scope="row">${name}</th>
    <td>${commit === undefined ? undefined : count(commit)}</td>
    <td class="text">
      ${said}${history === undefined ? undefined : html`<span class="file">history: ${history}</span>`}
    </td>
  </tr>`
}

/** The command has a place of its own. */
function withoutLine(text: string, part: string): string {
  return text
    .split('\n')
    .filter((line) => !line.includes(part))
    .join('\n')
}
