import { fileURLToPath } from 'node:url'

const HERE = fileURLToPath(new URL('.', import.meta.url))

/** What a job can do wrong without anything looking torn. */
export const WRONGS = {
  doNothing: 'does nothing',
  copyOnce: 'copies once',
  runBehind: 'is one run behind',
  forgetDeletes: 'forgets DELETEs',
} as const

export type Wrong = keyof typeof WRONGS

/** Why a test that is shown cannot be red for a job that does its work wrong. */
export type Reasons = Readonly<Partial<Record<Wrong, string>>>

/** A folder of the documentation whose tests judge a job. */
export interface Subject {
  /** From the root of the repository. */
  readonly folder: string
  /** What the page calls it, and where it is shown. */
  readonly name: string
  readonly page: string
  /** The files that judge the job, from the folder. */
  readonly tests: readonly string[]
  /** The modules that take the place of the right ones, whose names end with `.right.ts` then. */
  wrong(wrong: Wrong): Readonly<Record<string, string>>
  /** By the name of the test. */
  readonly reasons?: Readonly<Record<string, Reasons>>
  /** Tests that expect a job to be wrong, or ask nothing of it: what they are about. */
  readonly others?: Readonly<Record<string, string>>
}

const SALES = { store_sales_heap: 'ss_id' }

/** A module in which a job is a wrong one, and all else is as it was. */
function wrongJob(module: string, job: string, sources: Readonly<Record<string, string>>): Subject['wrong'] {
  const right = `./${module.split('/').at(-1)}.right.js`
  return (wrong) => ({
    [`${module}.ts`]: `
import { ${job} as right } from '${right}'
import { ${wrong} } from '${HERE}wrong-jobs.ts'
export * from '${right}'
export const ${job} = ${wrong}(right, ${JSON.stringify(sources)})
`,
  })
}

const wrongView: Subject['wrong'] = (wrong) => ({
  'src/summary-view.ts': `
import * as right from './summary-view.right.js'
import { ${wrong} } from '${HERE}wrong-views.ts'
export * from './summary-view.right.js'
export const { CREATE_SUMMARY, refreshSummary } = ${wrong}(right)
`,
})

const wrongSink: Subject['wrong'] = (wrong) => ({
  'src/apply-transaction.ts': `
import { applyTransaction as right } from './apply-transaction.right.js'
import { ${wrong} } from '${HERE}wrong-sinks.ts'
export const applyTransaction = ${wrong}(right)
`,
  ...(wrong === 'doNothing' && {
    'src/copy-initially.ts': `
import { copyInitially as right } from './copy-initially.right.js'
import { COPIES } from './sink-tables.js'
import { withoutCopy } from '${HERE}wrong-sinks.ts'
export const copyInitially = withoutCopy(right, COPIES)
`,
  }),
})

export const subjects: readonly Subject[] = [
  {
    folder: 'examples/quick-start',
    name: 'Quick start',
    page: '../README.md#quick-start',
    tests: ['test/copy-sales.test.ts'],
    wrong: wrongJob('src/copy-sales', 'copySales', SALES),
  },
  {
    folder: 'docs/snippets/fresh',
    name: 'Does my test prove anything?',
    page: 'does-my-test-prove-anything.md',
    tests: ['reads.test.ts'],
    wrong: wrongJob('copy-sales', 'copySales', SALES),
    reasons: {
      'a sink that follows by itself': { runBehind: 'it runs without a pause, and `lagging` lets it be late' },
    },
  },
  {
    folder: 'examples/watermark-etl',
    name: 'Watermark ETL',
    page: 'guide-watermark-etl.md',
    tests: ['test/differences.test.ts', 'test/late-commits.test.ts'],
    wrong: wrongJob('src/copy-differences', 'copyDifferences', SALES),
    reasons: {
      'the comparing job finds a row that is committed late': {
        forgetDeletes: 'nothing is deleted between its two runs',
      },
      'transactions that are committed late the comparing job loses nothing': {
        forgetDeletes: 'there are only INSERTs',
      },
    },
    others: {
      'transactions that are committed late the watermark job loses INSERTs':
        'shows what another job loses, which is left as it is',
    },
  },
  {
    folder: 'examples/cdc-sink',
    name: 'CDC sink',
    page: 'guide-cdc-sink.md',
    tests: ['test/sink.test.ts'],
    wrong: wrongSink,
  },
  {
    folder: 'examples/summary-view',
    name: 'Incremental view',
    page: 'guide-summary-view.md',
    tests: ['test/summary-view.test.ts'],
    wrong: wrongView,
  },
  {
    folder: 'examples/own-tables',
    name: 'Your own tables',
    page: 'own-tables.md',
    tests: ['test/roll-up.test.ts'],
    wrong: wrongJob('src/roll-up', 'rollUp', { orders: 'id', order_lines: 'id' }),
    others: {
      'the totals of the shop are torn when a commit comes between two snapshots':
        'runs the halves of the job itself, and expects them to be torn',
    },
  },
]
