import { createHash } from 'node:crypto'
import type { ChartLibrary } from './chart-library.js'
import { chartSection } from './chart-sections.js'
import { toCharts } from './charts.js'
import { faultSection } from './fault-section.js'
import { html, Html, scriptJson } from './html.js'
import { pageScript } from './page-script.js'
import { pageStyle } from './page-style.js'
import type { ReportFacts } from './report-facts.js'
import { reportHead } from './report-head.js'
import { tableSection } from './table-section.js'
import { testSection } from './test-section.js'

/** A run report as one HTML page that needs nothing else: no network, no other file. */
export function renderReport(facts: ReportFacts, library: ChartLibrary): string {
  const charts = toCharts(facts)
  const scripts = [library.script, pageScript]
  // Nothing but our two scripts runs, and nothing is fetched.
  const hashes = scripts.map((script) => `'sha256-${createHash('sha256').update(script).digest('base64')}'`)
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src ${hashes.join(' ')}; base-uri 'none'; form-action 'none'`
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <title>${facts.state}: change stream run report</title>
        <style>
          ${new Html(library.style)}${new Html(pageStyle)}
        </style>
      </head>
      <body>
        <a class="skip" href="#main">Skip to the report</a>
        ${reportHead(facts)}
        <main id="main">
          ${facts.tests ? testSection(facts.tests) : undefined}
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
            Made by vitest-cloudberry-cdc ${facts.version}. The same figures, for programs, are in the JSON file beside
            this one.
          </p>
        </footer>
        <script type="application/json" id="charts">
          ${scriptJson(charts)}
        </script>
        ${scripts.map(scriptTag)}
      </body>
    </html> `
  return page.markup
}

/** Not a template, as the policy's hash is of every character. */
function scriptTag(script: string): Html {
  return new Html(`<script>${script}</script>\n`)
}
