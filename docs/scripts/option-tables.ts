import { testOptionRules } from '../../fixtures/cdc-test-options.js'
import { optionRules } from '../../src/options/resolve-options.js'
import type { Translation } from './chinese.js'
import { type DocumentedOption, readOptions } from './documented-option.js'
import { markdownTable } from './table.js'

const STREAM = 'src/stream/cdc-options.ts'
const FIXTURES = 'fixtures/cdc-test-options.ts'
/** What `CdcTestOptions` leaves out. */
const ENGINE_ONLY = ['observe', 'signal', 'createTables', 'resume']

const HEAD = ['option', 'default', 'may be', 'what it does']

/** The options of `createCdcStream`; but for a few, they are those of `withCdcStream` as well. */
export async function streamTable(translation?: Translation): Promise<string> {
  const ofFixtures = new Map((await readOptions(FIXTURES, 'CdcTestOptions')).map((option) => [option.name, option]))
  const rows = (await readOptions(STREAM, 'CdcOptions')).map((option) => {
    const inFixtures = ofFixtures.get(option.name)?.fallback
    const fallback = [
      shown(option, translation),
      inFixtures && `${words(IN_TESTS, translation)} ${term(inFixtures, translation)}`,
    ]
    const note = ENGINE_ONLY.includes(option.name) ? ` ${words(NOT_IN_TESTS, translation)}` : ''
    return row(option, fallback.filter(Boolean).join('; '), optionRules[option.name], note, translation)
  })
  return markdownTable(translation?.optionHead ?? HEAD, rows)
}

/** The options that only `withCdcStream` knows. */
export async function testTable(translation?: Translation): Promise<string> {
  const ofStream = new Set((await readOptions(STREAM, 'CdcOptions')).map(({ name }) => name))
  const own = (await readOptions(FIXTURES, 'CdcTestOptions')).filter(({ name }) => !ofStream.has(name))
  const rows = own.map((option) =>
    row(option, shown(option, translation), testOptionRules[option.name], '', translation),
  )
  return markdownTable(translation?.optionHead ?? HEAD, rows)
}

const IN_TESTS = 'in tests'
const NOT_IN_TESTS = '*Not in `withCdcStream`.*'

function row(
  option: DocumentedOption,
  fallback: string,
  rule: string | undefined,
  note: string,
  translation: Translation | undefined,
): string[] {
  const text = translation ? translation.options[option.name] : option.text
  return [`\`${option.name}\``, fallback, words(rule ?? '', translation), `${text}${note}`]
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
