import { expect, test } from 'vitest'
import { fillPage } from '../../docs/scripts/fill-page.js'
import { runVitest } from '../support/vitest-run.js'
import { everyPlace, everyPlaceFiles } from './every-place.js'
import { filesOf } from './files-of.js'
import { pageOf } from './page-of.js'
import { subjects, type Wrong, WRONGS } from './subjects.js'
import { type Tried, verdictsOf } from './verdicts-of.js'

const PAGE = 'docs/vacuous-jobs.md'
const wrongs = Object.keys(WRONGS) as Wrong[]

/** Some wait for a sink that stands still, until they give up. */
const PATIENCE = 900_000

test(
  'each test that the documentation shows is red for the jobs that it has to find out',
  async () => {
    const files = await Promise.all(
      subjects.flatMap((subject) => ['right' as const, ...wrongs].map((job) => filesOf(subject, job))),
    )
    const { tests, output } = await runVitest({
      files: Object.assign({}, everyPlaceFiles, ...files) as Record<string, string>,
      include: '**/*.test.ts',
      config: 'testTimeout: 60_000, maxWorkers: 2,',
    })
    const tried: Tried[] = tests.map(({ name, file, status, failures }) => {
      const [job = '', ...path] = file.split('/')
      return { job, file: path.join('/'), name, status, failure: failures.join('\n') }
    })
    const verdicts = verdictsOf(subjects, tried)
    expect(verdicts, output).not.toEqual([])
    const { section, problems } = everyPlace(tried.filter(({ job }) => job === 'every-place'))
    expect([...verdicts.flatMap((verdict) => verdict.problems), ...problems]).toEqual([])
    await expect(await fillPage(PAGE, pageOf(verdicts, section))).toMatchFileSnapshot(`../../${PAGE}`)
  },
  PATIENCE,
)
