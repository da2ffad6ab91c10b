import { auditChart, auditSection } from './audit-section.js'
import { chartSection, toCharts } from './charts.js'
import { faultSection } from './fault-section.js'
import { figureList, replayBlock, section, pageFrame } from './elements.js'
import { html, scriptJson, type Html } from './html.js'
import { mutationSection } from './mutation-section.js'
import { pageScript } from './page-script.js'
import { pageStyle } from './page-style.js'
import type { ReportFacts } from '../report-facts.js'
import { tableSection } from './table-section.js'
import { testSection } from './test-section.js'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { count, duration } from '../figures.js'

/** A run report as one HTML page that needs nothing else: no network, no other file. */
export function renderReport(facts: ReportFacts, library: ChartLibrary): string {
  const charts = toCharts(facts)
  const body = html`<a class="skip" href="#main">Skip to the report</a>
    ${reportHead(facts)}
    <main id="main">
      ${facts.tests ? testSection(facts.tests) : undefined} ${facts.tests ? mutationSection(facts.tests) : undefined}
      ${
        charts.length === 0
          ? section('none', 'No commits', html`<p>No stream has committed anything, so there is nothing to draw.</p>`)
          : undefined
      }
      ${facts.audit ? auditSection(facts.audit) : undefined}
      <noscript><p>The charts need JavaScript; the tables have the same figures.</p></noscript>
      ${charts.map((chart) => chartSection(chart, facts.intervals))}
      ${charts.length === 0 ? undefined : tableSection(facts)}
      ${charts.length === 0 && facts.faults.length === 0 ? undefined : faultSection(facts)}
    </main>
    <footer>
      <p>
        Made by vitest-cloudberry-cdc ${facts.version}. The same figures, for programs, are in the JSON file beside this
        one.
      </p>
    </footer>
    <script type="application/json" id="charts">
      ${scriptJson([...charts, ...(facts.audit ? [auditChart(facts.audit)] : [])])}
    </script>`
  return pageFrame({
    title: `${facts.state}: change stream run report`,
    styles: [library.style, pageStyle],
    body,
    scripts: [library.script, pageScript],
  })
}

export interface ChartLibrary {
  readonly script: string
  readonly style: string
}

/** uPlot as it was published, with its licence, which asks to go with every copy. */
export async function readChartLibrary(): Promise<ChartLibrary> {
  const require = createRequire(import.meta.url)
  const [script, style, licence] = await Promise.all([
    readFile(require.resolve('uplot/dist/uPlot.iife.min.js'), 'utf8'),
    readFile(require.resolve('uplot/dist/uPlot.min.css'), 'utf8'),
    readFile(require.resolve('uplot/LICENSE'), 'utf8'),
  ])
  return { script: `/*!\nuPlot\n${licence}*/\n${script}`, style }
}

function reportHead(facts: ReportFacts): Html {
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
    ${figureList(figures)}
    ${
      replay === undefined
        ? undefined
        : html`<details>
            <summary>The same changes again</summary>
            ${replayBlock(replay)}
          </details>`
    }
  </header>`
}
