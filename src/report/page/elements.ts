import { html, Html } from './html.js'
import { createHash } from 'node:crypto'

/** A part of a page with a heading; the id is also for links to it. */
export function section(id: string, title: string, ...content: readonly (Html | undefined)[]): Html {
  return html`<section aria-labelledby="${id}">
    <h2 id="${id}">${title}</h2>
    ${content}
  </section>`
}

interface TableParts {
  /** For those who do not see it. */
  readonly label: string
  /** Its class in the style of the page. */
  readonly kind?: string
  readonly heads: readonly string[]
  readonly rows: readonly Html[]
  readonly sums?: Html
}

/** A table in a frame of its own, which scrolls where it is too wide, by keys as well. */
export function scrolledTable({ label, kind, heads, rows, sums }: TableParts): Html {
  return html`<div class="wide" tabindex="0" role="group" aria-label="${label}">
    <table ${kind === undefined ? undefined : html`class="${kind}"`}>
      <thead>
        <tr>
          ${heads.map((head) => html`<th scope="col">${head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
      ${
        sums &&
        html`<tfoot>
          ${sums}
        </tfoot>`
      }
    </table>
  </div>`
}

export type Figures = readonly (readonly [name: string, value: string])[]

export function figureList(figures: Figures): Html {
  const items = figures.map(
    ([name, value]) =>
      html`<div>
        <dt>${name}</dt>
        <dd>${value}</dd>
      </div>`,
  )
  return html`<dl>${items}</dl>`
}

export function replayBlock(command: string): Html {
  return html`<pre class="command" tabindex="0" role="group" aria-label="Command to replay it">${command}</pre>`
}

export function failureBlock(text: string): Html {
  return html`<pre tabindex="0" role="group" aria-label="What it failed with">${text}</pre>`
}

export interface PageParts {
  readonly title: string
  readonly styles: readonly string[]
  readonly body: Html
  /** The only ones that run. */
  readonly scripts?: readonly string[]
}

/** A whole page that fetches nothing, and runs nothing but the scripts that it is given. */
export function pageFrame({ title, styles, body, scripts = [] }: PageParts): string {
  const hashes = scripts.map((script) => `'sha256-${createHash('sha256').update(script).digest('base64')}'`)
  const allowed = hashes.length === 0 ? '' : ` script-src ${hashes.join(' ')};`
  const policy = `default-src 'none'; style-src 'unsafe-inline';${allowed} base-uri 'none'; form-action 'none'`
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <title>${title}</title>
        <style>
          ${styles.map((style) => new Html(style))}
        </style>
      </head>
      <body>
        ${body} ${scripts.map(scriptTag)}
      </body>
    </html> `.markup
}

/** Not a template, as the policy's hash is of every character. */
function scriptTag(script: string): Html {
  return new Html(`<script>${script}</script>\n`)
}
