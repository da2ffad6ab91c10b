import { markdownTable } from '../../docs/scripts/table.js'
import { WRONGS } from './subjects.js'
import type { Verdict } from './verdicts-of.js'

const HEAD = `# Vacuous jobs

[Does my test prove anything?](does-my-test-prove-anything.md) Each test that this documentation shows, with its job put in the place of
the right one by one that does its work wrong, but tears nothing: it does nothing, it copies once and never again, it
shows what was there at its last run, or it never takes away what was deleted. CI runs them all, and compares this page with what became of them.
With the right jobs all tests are green.

_Red_ is a test that finds the job out. Where it does not, the table says why it cannot.`

const EVERY_PLACE = `## At every place

[Where it is shown](guide-every-place.md) Bodies of \`explore\`, \`mutate\` and \`strike\`, with jobs that leave their work undone though they say something. A
body begins with an older copy, which the job has to bring up to date, or with one that is right before the job runs. A job that says nothing is
_refused_; so is one of which \`mutate\` finds that none of its statements changes anything.`

const TAIL = `Not in the table are tests without a job that copies: those that show what the package itself does, the property
test of [property tests](property-tests.md), which is there to fail, and the
[consumer of change events](events.md), which is yours.

Next: [from the Python script](from-the-python-script.md)`

/**
 * The page that tells what became of the tests.
 *
 * @param everyPlace what became of the bodies that run a job for each place
 */
export function pageOf(verdicts: readonly Verdict[], everyPlace: string): string {
  const head = ['test', ...Object.values(WRONGS)]
  const folders = [...new Set(verdicts.map(({ subject }) => subject))]
  const parts = folders.map((subject) => {
    const own = verdicts.filter((verdict) => verdict.subject === subject)
    const judging = own.filter(({ other }) => other === undefined).map(({ name, cells }) => [name, ...cells])
    const others = own.flatMap(({ name, other }) => (other === undefined ? [] : [`- _${name}_ ${other}.`]))
    return [
      `## ${subject.name}`,
      `[Where it is shown](${subject.page})`,
      markdownTable(head, judging),
      others.join('\n'),
    ]
  })
  return [HEAD, ...parts.flat(), EVERY_PLACE, everyPlace, TAIL].filter((part) => part !== '').join('\n\n')
}
