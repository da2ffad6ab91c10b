import { html, type Html } from './html.js'

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
