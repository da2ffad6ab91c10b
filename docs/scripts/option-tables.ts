import type { AnyOption } from '../../src/options/option.js'
import { optionRows } from '../../src/options/option-table.js'
import type { Translation } from './chinese.js'
import { type DocumentedOption, documentedOptions } from './documented-option.js'
import { markdownTable } from './table.js'

const HEAD = ['option', 'default', 'may be', 'what it does']

const rows = new Map<string, AnyOption>(optionRows)

/** The options of `createCdcStream`; but for a few, they are those of `withCdcStream` as well. */
export async function streamTable(translation?: Translation): Promise<string> {
  const ofStream = (await documentedOptions()).filter(({ name }) => rows.get(name)?.has.includes('engine') ?? true)
  return table(
    ofStream.map((option) => {
      const known = rows.get(option.name)
      const inTests = option.name === 'target' ? 'that of the run' : known?.inTests?.toString()
      const fallback = [
        shown(option, translation),
        inTests && `${words(IN_TESTS, translation)} ${term(inTests, translation)}`,
      ]
      const note = known?.has.includes('tests') ? '' : ` ${words(NOT_IN_TESTS, translation)}`
      return row(option, fallback.filter(Boolean).join('; '), note, translation)
    }),
    translation,
  )
}

/** The options that only `withCdcStream` knows. */
export async function testTable(translation?: Translation): Promise<string> {
  const own = (await documentedOptions()).filter(({ name }) => {
    const has = rows.get(name)?.has
    return has?.includes('tests') && !has.includes('engine')
  })
  return table(
    own.map((option) => row(option, shown(option, translation), '', translation)),
    translation,
  )
}

const IN_TESTS = 'in tests'
const NOT_IN_TESTS = '*Not in `withCdcStream`.*'

function table(cells: readonly string[][], translation: Translation | undefined): string {
  return markdownTable(translation?.optionHead ?? HEAD, cells)
}

function row(option: DocumentedOption, fallback: string, note: string, translation: Translation | undefined): string[] {
  const text = translation ? translation.options[option.name] : option.text
  const rule = rows.get(option.name)?.value.words ?? ''
  return [`\`${option.name}\``, fallback, words(rule, translation), `${text}${note}`]
}

const shown = ({ fallback = 'none' }: DocumentedOption, translation: Translation | undefined): string =>
  term(fallback, translation)

/** A value as code, other words as they are. */
function term(text: string, translation: Translation | undefined): string {
  return /^(\d+|true|false|'[^']*')$/.test(text) ? `\`${text}\`` : words(text, translation)
}

/** In the language of the page. */
function words(text: string, translation: Translation | undefined): string {
  const pattern = translation?.patterns.find(([english]) => english.test(text))
  return pattern ? text.replace(...pattern) : (translation?.defaults[text] ?? text)
}
