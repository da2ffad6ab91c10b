import type { Mutant } from '../../mutate/mutation.js'
import { count } from '../figures.js'
import { scrolledTable, section } from './elements.js'
import { html, type Html } from './html.js'
import type { TestFacts } from '../report-facts.js'
import { asideInWords, type Score, scoreInWords } from '../score.js'

/** What damages to its job each test has noticed; those that let one pass come first, unfolded, and so do such damages. */
export function mutationSection(tests: readonly TestFacts[]): Html | undefined {
  const scored = tests.flatMap(({ name, file, mutation }) => (mutation ? [{ name, file, mutation }] : []))
  if (scored.length === 0) return undefined
  return section(
    'mutation',
    'Mutation score',
    html`<p>How many damages to its job each test has noticed, of those that change what the job leaves behind.</p>`,
    ...scored
      .toSorted((a, b) => a.mutation.score - b.mutation.score)
      .map(({ name, file, mutation }) => article(name, file, mutation)),
  )
}

function article(name: string, file: string, score: Score): Html {
  const survived = score.killed < score.viable
  const aside = asideInWords(score)
  const inOrder = score.mutants.toSorted((a, b) => Number(b.status === 'survived') - Number(a.status === 'survived'))
  const damages = scrolledTable({
    label: `Damages to the job of ${name}`,
    kind: 'mutants',
    heads: ['statement', 'damage', 'status', 'changed', 'reason'],
    rows: inOrder.map(row),
  })
  return html`<article class="score">
    <h3>${name}</h3>
    <p><span class="file">${file}</span></p>
    <p>
      <span class="state ${survived ? 'failed' : 'passed'}">${scoreInWords(score)}</span
      >${aside === '' ? undefined : html` ${aside}`}
    </p>
    <details ${survived ? html`open` : undefined}>
      <summary>Damages</summary>
      ${damages}
    </details>
  </article>`
}

function row({ number, statement, occurrence, damage, status, changed, reason }: Mutant): Html {
  return html`<tr>
    <th scope="row">
      ${count(number)}. <code>${statement}</code>${occurrence === 1 ? undefined : html` (time ${count(occurrence)})`}
    </th>
    <td class="text">${damage}</td>
    <td><span class="state ${status.replace(' ', '-')}">${status}</span></td>
    <td class="text">${changed}</td>
    <td class="text">${reason}</td>
  </tr>`
}
