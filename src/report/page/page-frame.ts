import { createHash } from 'node:crypto'
import { html, Html } from './html.js'

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
