import { evidenceInWords } from './evidence.js'
import type { ReportFacts, TestFacts } from './report-facts.js'
import { asideInWords, type Score, scoreInWords } from './score.js'
import { stripVTControlCharacters } from 'node:util'

const MOST_TESTS = 20
const MOST_FAILURES = 3
/** A summary that is longer than a megabyte is refused as a whole. */
const LONGEST_COMMAND = 4000

/** The tests that failed and the scores, as Markdown for the page of a CI job; undefined where there are neither. */
export function stepSummary({ tests = [], outcome }: ReportFacts): string | undefined {
  const failed = tests.filter(({ state }) => state === 'failed')
  const scored = tests.flatMap((test) => (test.mutation ? [{ test, score: test.mutation }] : []))
  if (failed.length === 0 && scored.length === 0) return undefined
  const parts = [
    '## Change streams',
    plainText(outcome),
    ...failed.slice(0, MOST_TESTS).map(failure),
    ...leftOut(failed.length, 'failed tests'),
    ...scores(scored),
  ]
  return `${parts.join('\n\n')}\n`
}

function failure(test: TestFacts): string {
  const { name, file, failures, evidence = [] } = test
  const replay = evidence[0]?.replay ?? test.replay
  const firstLines = failures.map((text) => text.split('\n', 1)[0] ?? '')
  const said = evidence.length > 0 ? evidence.map(evidenceInWords) : firstLines
  return [
    `### ❌ ${plainText(name)}`,
    plainText(file),
    said
      .slice(0, MOST_FAILURES)
      .map((line) => `- ${plainText(line)}`)
      .join('\n'),
    ...(replay.length > LONGEST_COMMAND ? [] : ['The same changes again:', codeBlock(replay)]),
  ].join('\n\n')
}

/** The worst first. */
function scores(scored: readonly { readonly test: TestFacts; readonly score: Score }[]): string[] {
  if (scored.length === 0) return []
  const rows = scored
    .toSorted((a, b) => a.score.score - b.score.score)
    .slice(0, MOST_TESTS)
    .map(({ test, score }) => [
      plainText(test.name),
      plainText(scoreInWords(score)),
      plainText(asideInWords(score)),
      score.mutants
        .filter(({ status }) => status === 'survived')
        .slice(0, MOST_FAILURES)
        .map(({ number, damage }) => plainText(`statement ${number}: ${damage}`))
        .join('<br>'),
    ])
  return [
    '### Mutation score',
    table(['test', 'damages', 'left aside', 'not noticed'], rows),
    ...leftOut(scored.length, 'tests'),
  ]
}

function leftOut(count: number, what: string): string[] {
  return count > MOST_TESTS ? [`… and ${count - MOST_TESTS} more ${what}.`] : []
}

/** All that could mean something to Markdown, HTML or a table. */
const MEANINGFUL = /[!#$&*:<>@[\\\]_`{|}~]/g

/** A text, on one line, that means nothing but itself in Markdown. */
export function plainText(text: string): string {
  return stripVTControlCharacters(text)
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replaceAll(MEANINGFUL, (character) => `&#${character.codePointAt(0)};`)
}

/** A text as it is, in a block with a fence that it does not hold. */
export function codeBlock(text: string, language = 'sh'): string {
  const runs = [...text.matchAll(/`+/g)].map(([run]) => run.length)
  const fence = '`'.repeat(Math.max(2, ...runs) + 1)
  return `${fence}${language}\n${text}\n${fence}`
}

/** A table of cells that are Markdown already. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}
