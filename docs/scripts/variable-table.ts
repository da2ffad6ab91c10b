import type { Translation } from './chinese.js'
import { markdownTable } from './table.js'
import { variables } from './variables.js'

/** The variables that describe the configured server, and others that are no options. */
export function variableTable(translation?: Translation): string {
  const rows = Object.entries(variables).map(([name, { fallback, text }]) => [
    `\`${name}\``,
    translation?.defaults[fallback] ?? fallback,
    translation ? `${translation.variables[name]}` : text,
  ])
  return markdownTable(translation?.variableHead ?? ['variable', 'default', 'what it does'], rows)
}
