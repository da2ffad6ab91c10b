import { optionsOf } from '../../src/options/option-table.js'
import type { Translation } from './chinese.js'
import { seeAlso } from './see-also.js'
import { markdownTable } from './table.js'

/** The options of the command line, or those that only `audit` has, as the table that reads them has them. */
export function commandTable(translation?: Translation, who: 'command' | 'audit' = 'command'): string {
  const rows = optionsOf(who).map(([name, { value, fallback, command }]) => {
    if (!command) throw new Error(`${name} cannot be typed`)
    const { flags, variable, help, shown } = command
    const { choices } = value
    const isSwitch = !flags.includes('<')
    const isOff = flags.startsWith('--no-')
    const original = shown ?? (isOff ? 'the tables are compared' : isSwitch ? 'off' : `\`${String(fallback)}\``)
    const text = translation ? translation.commandOptions[name] : marked(help)
    const oneOf = choices?.map((choice) => `\`${choice}\``).join(', ')
    const see = translation ? undefined : seeAlso[name]
    const notes = [text, oneOf, see && `see ${see}`].filter((note) => note !== undefined)
    return [
      `\`${flags}\``,
      `\`${variable}${isOff ? '=0' : ''}\``,
      translation?.defaults[original] ?? original,
      notes.join(translation ? '：' : '; '),
    ]
  })
  return markdownTable(translation?.commandHead ?? ['option', 'variable', 'default', 'what it does'], rows)
}

/** Names of options and variables as code. */
function marked(text: string): string {
  return text.replaceAll(/`[^`]*`|(?<![\w-])--[a-z][a-z-]*\w|\b(?:CDC|CLOUDBERRY)_[A-Z_]+(?:=\d)?/g, (name) =>
    name.startsWith('`') ? name : `\`${name}\``,
  )
}
