import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { AxeResults } from 'axe-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Mutant } from '../../src/mutate/mutation.js'
import { renderEvidence } from '../../src/report/page/evidence-page.js'
import { writeReport } from '../../src/report/report-files.js'
import { type ReportFacts, toFacts } from '../../src/report/report-facts.js'
import { RunRecorder } from '../../src/report/run-recorder.js'
import { evidenceFactsOf, factsOf, scoreWith, testFactsOf } from '../support/report-facts.js'
import { runVitest } from '../support/vitest-run.js'
import { type Face, useChromium } from './support/chromium.js'
import { drawnPoints, millisecondsOf, numberOf, readFigures, readTable } from './support/read-page.js'

const SPEC = `import { describe, expect } from 'vitest'
import { withCdcStream } from 'vitest-cloudberry-cdc'
const test = withCdcStream({ batches: 40, batchSize: 20, interval: 5, ratio: { insert: 80, update: 15, delete: 5 }, seed: 77 })
test('the nightly job copies every row of <b>every</b> table, and does so while the load runs', async ({ cdcStream }) => {
  await cdcStream.start(); await cdcStream.finished
})
describe('a job that', () => {
  test('reads a torn table', async ({ cdcStream, cloudberry }) => {
    await cdcStream.step(5)
    const { rows } = await cloudberry.pool.query('SELECT * FROM store_sales_heap ORDER BY ss_id OFFSET 3')
    expect(rows).toMatchLatest(cdcStream.table('store_sales_heap'))
  })
  test.skip('is not there yet', async ({ cdcStream }) => { await cdcStream.start() })
})
test('uses no stream', () => {})
`
const FACES: readonly Face[] = [
  { width: 1280, scheme: 'light' },
  { width: 1280, scheme: 'dark' },
  { width: 360, scheme: 'light' },
  { width: 360, scheme: 'dark' },
]
const HEAD = { version: '0.0.0', state: 'passed' } as const
const nothing = new RunRecorder().record()
/** A line across the narrowest chart has more points. */
const LINE = 200
const CHARTS = ['Throughput', 'Commit latency', 'Lag']
const root = fileURLToPath(new URL('../../', import.meta.url))
const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

const open = useChromium()
let folder: string
const file = (name: string): string => join(folder, `${name}.html`)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cdc-report-page-'))
  const command = ['--import', import.meta.resolve('tsx'), join(root, 'src/cli/main.ts'), '--target', 'embedded']
  const args = ['--total-batches', '300', '--batch-interval', '0', '--batch-size', '20', '--ratio', '70/20/10']
  await promisify(execFile)(process.execPath, [...command, ...args, '--report', file('command-line')], { cwd: folder })
  const reporter = `--reporter=${join(root, 'fixtures/reporter.ts')}`
  const { tests } = await runVitest({
    files: { 'job.spec.ts': SPEC },
    args: [reporter],
    env: { CDC_REPORT: file('vitest') },
  })
  expect(tests.map(({ status }) => status)).toEqual(['passed', 'failed', 'skipped', 'passed'])
  await writeReport(file('retried'), factsOf({ source: 'command line', outcome: 'All right.' }))
  const scored = testFactsOf({
    mutation: scoreWith('UPDATE sales_copy SET quantity = s.quantity FROM store_sales_heap s'),
  })
  await writeReport(file('mutated'), factsOf({ tests: [scored, testFactsOf()] }))
  await writeFile(
    file('evidence'),
    renderEvidence(evidenceFactsOf('store_sales_heap 3 is missing, commit 1 inserted it')),
  )
  await writeReport(file('empty'), toFacts({ ...HEAD, source: 'Vitest', outcome: '0 tests.', tests: [] }, nothing))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function readFacts(name: string): Promise<ReportFacts> {
  return JSON.parse(await readFile(join(folder, `${name}.json`), 'utf8')) as ReportFacts
}

describe.each(FACES)('$width pixels wide, $scheme', (face) => {
  test.each(['command-line', 'vitest', 'retried', 'mutated', 'evidence', 'empty'])(
    '%s can be read by everybody',
    async (name) => {
      const { page, complaints, picture } = await open(file(name), face)
      await picture(`${name}-${face.width}-${face.scheme}`)
      // Also what is folded in has to be readable, and must not be wider than the page.
      for (const details of await page.locator('details').all())
        await details.evaluate((node) => node.setAttribute('open', ''))
      await picture(`${name}-${face.width}-${face.scheme}-unfolded`)
      // Evaluated, not inserted: the page's policy runs no script but its own.
      await page.evaluate(axe)
      const { violations } = await page.evaluate<AxeResults>('axe.run()')
      expect(violations.map(({ id, impact, nodes }) => [id, impact, nodes[0]?.html])).toEqual([])
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(face.width)
      const drawn = await drawnPoints(page)
      expect(drawn).toHaveLength(['evidence', 'empty'].includes(name) ? 0 : CHARTS.length)
      expect(Math.min(LINE, ...drawn), drawn.join()).toBe(LINE)
      expect(complaints).toEqual([])
    },
  )
})

describe.each(['command-line', 'vitest', 'retried'])('the page of %s has the figures of its JSON', (name) => {
  test('at its top', async () => {
    const { page } = await open(file(name), FACES[0]!)
    const facts = await readFacts(name)
    const figures = await readFigures(page)
    for (const [label, value] of [
      ['commits', facts.commits],
      ['changes', facts.changes],
      ['changes/s', facts.changesPerSecond],
      ['retries', facts.retries],
      ['lost answers', facts.resolved],
    ] as const) {
      expect(numberOf(figures[label]), label).toBe(value)
    }
    for (const [label, value] of [
      ['from first to last', facts.seconds * 1000],
      ['mean latency', facts.latency!.mean],
      ['slowest commit', facts.latency!.slowest],
      ['most behind', facts.lag!],
    ] as const) {
      // Shown with three digits.
      expect(Math.abs(millisecondsOf(figures[label]) - value), label).toBeLessThanOrEqual(value * 0.005)
    }
    expect(figures['seed']).toBe(facts.seed?.toString())
    expect(await page.locator('header .state').innerText()).toBe(facts.state)
    expect(await page.locator('header').innerText()).toContain(facts.outcome)
  })

  test('in its tables', async () => {
    const { page } = await open(file(name), FACES[2]!)
    const facts = await readFacts(name)
    const counts = ({ inserts, updates, deletes }: ReportFacts['tables'][number] | ReportFacts): number[] => [
      inserts,
      updates,
      deletes,
      inserts + updates + deletes,
    ]
    const changes = (await readTable(page, 'Changes by table and kind')).slice(1)
    expect(changes.map(([table, ...cells]) => [table, ...cells.map(numberOf)])).toEqual([
      ...facts.tables.map((row) => [row.table, ...counts(row)]),
      ['all tables', ...counts(facts)],
    ])
    const throughput = (await readTable(page, 'Throughput as a table')).slice(1)
    expect(throughput.map((cells) => cells.slice(1).map(numberOf))).toEqual(
      facts.intervals.map((part) => [part.commits, part.changes, part.changesPerSecond]),
    )
    const sum = (column: number): number => throughput.reduce((total, cells) => total + numberOf(cells[column]), 0)
    expect([sum(1), sum(2)]).toEqual([facts.commits, facts.changes])
    const latency = (await readTable(page, 'Commit latency as a table')).slice(1)
    // A part of the run in which nothing was committed has a dash.
    const slowest = Math.max(...latency.flatMap(([, , , text]) => (text === '–' ? [] : [millisecondsOf(text)])))
    expect(Math.abs(slowest - facts.latency!.slowest)).toBeLessThanOrEqual(slowest * 0.005)
  })

  test('in its charts, for the keyboard as well', async () => {
    const { page } = await open(file(name), FACES[0]!)
    const { points, began } = await readFacts(name)
    const chart = page.getByRole('group', { name: /^Chart: Commit latency/ })
    await chart.focus()
    const said = page.locator('[data-value-of="latency"]')
    for (const [key, point] of [
      ['Home', points[0]!],
      ['End', points.at(-1)!],
    ] as const) {
      await page.keyboard.press(key)
      const [, at, value] = /^at ([\d.,]+) s: (?:latency|slowest)? ?([\d.,]+) ms/.exec(await said.innerText())!
      // Four digits are read out.
      expect(numberOf(value) / point.slowest).toBeCloseTo(1, 3)
      expect(numberOf(at)).toBeCloseTo((point.at - Date.parse(began!)) / 1000, 2)
    }
  })
})

test('the page of a test run has its tests, with what to type and what they failed with', async () => {
  const { page } = await open(file('vitest'), FACES[3]!)
  const { tests } = await readFacts('vitest')
  const [, ...rows] = await readTable(page, 'Tests that used a stream')
  const shown = rows.map(([name, state, , seed, ...counts]) => ({ name, state, seed, counts: counts.map(numberOf) }))
  const inOrder = tests!.toSorted((a, b) => Number(b.state === 'failed') - Number(a.state === 'failed'))
  expect(shown).toEqual(
    inOrder.map(({ name, state, seed, commits, inserts, updates, deletes, retries, resolved, reads }) => ({
      name: expect.stringContaining(name),
      state,
      seed: String(seed),
      counts: [commits, inserts, updates, deletes, retries, resolved, reads.reads, reads.commits],
    })),
  )
  const failed = tests!.find(({ state }) => state === 'failed')!
  const failure = page.locator('.failure')
  expect(await failure.locator('pre').allInnerTexts()).toEqual([...failed.failures, failed.replay])
  expect(failed.failures.join()).toMatch(/lost insert|torn transaction/)
})

test('the page has the damages of each test, those that it did not notice first', async () => {
  const { page } = await open(file('mutated'), FACES[0]!)
  const [test] = (await readFacts('mutated')).tests!
  const { mutants } = test!.mutation!
  const [, ...rows] = await readTable(page, `Damages to the job of ${test!.name}`)
  expect(rows.map((cells) => cells[2])).toEqual(['survived', ...statuses(mutants).filter((it) => it !== 'survived')])
  const survivor = mutants.find(({ status }) => status === 'survived')!
  expect(rows[0]!.join()).toContain(survivor.changed)
  expect(await page.locator('.score details').getAttribute('open')).not.toBeNull()
})

function statuses(mutants: readonly Mutant[]): string[] {
  return mutants.map(({ status }) => status)
}

test('a chart is drawn anew when the colours change and when the window does', async () => {
  const { page, complaints } = await open(file('command-line'), FACES[0]!)
  const picture = `document.querySelector('.chart canvas').toDataURL()`
  const before = await page.evaluate(picture)
  await page.emulateMedia({ colorScheme: 'dark' })
  await expect.poll(() => page.evaluate(picture)).not.toBe(before)
  await page.setViewportSize({ width: 700, height: 900 })
  await expect.poll(() => page.evaluate('document.querySelector(".chart canvas").clientWidth')).toBeLessThan(700)
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(700)
  expect(complaints).toEqual([])
})
