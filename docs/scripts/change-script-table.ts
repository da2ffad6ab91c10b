import { readOptions } from './documented-option.js'
import { markdownTable } from './table.js'

/** The options of `changeScript()`. */
export async function changeScriptTable(): Promise<string> {
  const options = await readOptions('fixtures/arbitraries/change-script.ts', 'ChangeScriptOptions')
  const rows = options.map(({ name, text, fallback = 'none' }) => [`\`${name}\``, `\`${fallback}\``, text])
  return markdownTable(['option', 'default', 'what it does'], rows)
}
