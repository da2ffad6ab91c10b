import type { ChartLibrary } from './chart-library.js'
import { chartSection } from './chart-sections.js'
import { toCharts } from './charts.js'
import { faultSection } from './fault-section.js'
import { html, scriptJson } from './html.js'
import { mutationSection } from './mutation-section.js'
import { pageFrame } from './page-frame.js'
import { pageScript } from './page-script.js'
import { pageStyle } from './page-style.js'
import type { ReportFacts } from '../report-facts.js'
import { reportHead } from './report-head.js'
import { tableSection } from './table-section.js'
import { testSection } from './test-section.js'

/** A run report as one HTML page that needs nothing else: no network, no other file. */
export function renderReport(facts: ReportFacts, library: ChartLibrary): string {
  const charts = toCharts(facts)
  const body = html`<a class="skip" href="#main">Skip to the report</a>
    ${reportHead(facts)}
    <main id="main">
      ${facts.tests ? testSection(facts.tests) : undefined} ${facts.tests ? mutationSection(facts.tests) : undefined}
      ${
        charts.length === 0
          ? html`<section aria-labelledby="none">
              <h2 id="none">No commits</h2>
              <p>No stream has committed anything, so there is nothing to draw.</p>
            </section>`
          : undefined
      }
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
      ${scriptJson(charts)}
    </script>`
  return pageFrame({
    title: `${facts.state}: change stream run report`,
    styles: [library.style, pageStyle],
    body,
    scripts: [library.script, pageScript],
  })
}
