import { type Subject, type Wrong, WRONGS } from './subjects.js'

/** A test that was run with a job. */
export interface Tried {
  /** A wrong one, or `right`. */
  readonly job: string
  /** From the root of the repository. */
  readonly file: string
  readonly name: string
  readonly status: string
  readonly failure: string
}

/** What became of a test with each job. */
export interface Verdict {
  readonly subject: Subject
  readonly name: string
  /** What the test is about, where it does not judge the job. */
  readonly other: string | undefined
  /** For each wrong job `red`, or the reason why it is not. */
  readonly cells: readonly string[]
  /** What is not as it should be. */
  readonly problems: readonly string[]
}

/** What the failure of an expectation says; other errors prove nothing of the test. */
const EXPECTED = /AssertionError|Expected the \d+ rows that were read|Expected what is read to converge|was let lag/

export function verdictsOf(subjects: readonly Subject[], tried: readonly Tried[]): Verdict[] {
  return subjects.flatMap((subject) => {
    const own = tried.filter(({ file }) => file.startsWith(`${subject.folder}/`))
    return own.filter(({ job }) => job === 'right').map((right) => verdictOf(subject, right, own))
  })
}

function verdictOf(subject: Subject, right: Tried, tried: readonly Tried[]): Verdict {
  const { name, file } = right
  const other = subject.others?.[name]
  const problems: string[] = []
  if (right.status !== 'passed') problems.push(`${file} ${name}: ${right.status} with the right job: ${right.failure}`)
  const cells = (Object.keys(WRONGS) as Wrong[]).map((wrong) => {
    const found = tried.find((one) => one.job === wrong && one.file === file && one.name === name)
    const where = `${file} ${name}: with a job that ${WRONGS[wrong]}`
    const reason = subject.reasons?.[name]?.[wrong]
    if (!found) problems.push(`${where} it was not run`)
    else if (found.status === 'failed' && !EXPECTED.test(found.failure))
      problems.push(`${where} another error: ${found.failure}`)
    else if (found.status !== 'failed' && reason === undefined && other === undefined)
      problems.push(`${where} it is green, and there is no reason for it`)
    else if (found.status === 'failed' && reason !== undefined) problems.push(`${where} it is red, and should not be`)
    return found?.status === 'failed' ? 'red' : (reason ?? 'green')
  })
  if (other === undefined && !cells.includes('red')) problems.push(`${file} ${name}: nothing makes it red`)
  return { subject, name, other, cells, problems }
}
