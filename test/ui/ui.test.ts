import { readFile, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { type Face, useChromium } from '../browser/support/chromium.js'
import { type RunningVitest, runVitest, startVitestRun } from '../support/vitest-run.js'

const SPEC = `import { expect } from 'vitest'
import { withCdcStream } from 'vitest-cloudberry-cdc'
const options = { batches: 30, batchSize: 20, ratio: { insert: 50, update: 30, delete: 20 }, interval: 0, seed: 7 }
const test = withCdcStream({ ...options, ddl: ['CREATE TABLE copy (LIKE store_sales_heap)', 'CREATE TABLE returns_copy (LIKE store_returns_heap)'] })
test('torn', async ({ cdcStream, cloudberry: { pool } }) => {
  await cdcStream.step(5)
  const { rows } = await pool.query('SELECT * FROM store_sales_heap ORDER BY ss_id OFFSET 3')
  expect(rows).toMatchLatest(cdcStream.table('store_sales_heap'))
})
test('at a place', async ({ cdcStream, job, cloudberry: { pool }, explore }) => {
  await explore(async () => {
    const rows = await cdcStream.read(async () => {
      await job.pool.query('INSERT INTO copy SELECT * FROM store_sales_heap')
      await job.pool.query('INSERT INTO returns_copy SELECT * FROM store_returns_heap')
      const [sales, returns] = [await pool.query('SELECT * FROM copy'), await pool.query('SELECT * FROM returns_copy')]
      return { store_sales_heap: sales.rows, store_returns_heap: returns.rows }
    })
    expect(rows).toMatchCommit(cdcStream)
  })
})
test('right', async ({ cdcStream }) => cdcStream.step())
`
/** The majors call the folder otherwise. */
const HTML = `import Reporter from '@vitest/ui/reporter'
const outputDir = process.env.HTML_FOLDER
export default class extends Reporter { constructor() { super({ outputDir, outputFile: outputDir + '/index.html' }) } }
`
const FACE: Face = { width: 1280, scheme: 'light' }
const PHONE: Face = { width: 360, scheme: 'dark' }
const ROOT = fileURLToPath(new URL('.', import.meta.url))
const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.html': 'text/html',
  '.svg': 'image/svg+xml',
}

const open = useChromium()

/** Vitest's page cannot be opened from disk: it fetches its data. */
async function serve(folder: string): Promise<string> {
  const server = createServer((request, response) => {
    const path = new URL(request.url!, 'http://localhost').pathname
    readFile(join(folder, path === '/' ? 'index.html' : path)).then(
      (body) => response.writeHead(200, { 'content-type': TYPES[extname(path) || '.html'] ?? '' }).end(body),
      () => response.writeHead(404).end(),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

/** Looks at what a failed test carries, and at the page that can be had there. */
async function lookAt(page: Page, folder: string, name: string, says: readonly string[]): Promise<void> {
  await page.getByText('job.spec.ts').first().dispatchEvent('click')
  // It may be outside of what the list shows.
  await page.getByText(name, { exact: true }).first().dispatchEvent('click')
  const note = page.getByRole('note').filter({ has: page.locator('a[download]') })
  await note.waitFor()
  expect(await note.count()).toBe(1)
  const text = await note.innerText()
  for (const part of says) expect(text).toContain(part)
  const [download] = await Promise.all([page.waitForEvent('download'), note.locator('a[download]').click()])
  expect(download.suggestedFilename()).toMatch(/\.html$/)
  const file = join(folder, `${name}.html`)
  await download.saveAs(file)
  for (const face of [FACE, PHONE]) {
    const { page: own, complaints, picture } = await open(file, face)
    await picture(`evidence-${name}-${face.width}`)
    const shown = await own.locator('main').innerText()
    for (const part of says) expect(shown).toContain(part)
    expect(await own.locator('.anomalies tbody tr').count()).toBeGreaterThan(0)
    expect(await own.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(face.width)
    expect(complaints).toEqual([])
  }
}

describe.each([4, 5])('Vitest %i', (major) => {
  const home = `test/ui/vitest-${major}`
  const node = major === 5 ? join(ROOT, 'vitest-5/node_modules/node/bin/node') : process.execPath
  const run = { home, node, files: { 'job.spec.ts': SPEC } }
  let folder: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cdc-ui-'))
    return () => rm(folder, { recursive: true, force: true })
  })

  test('the HTML report has what a failed test carries', async () => {
    const { tests, output } = await runVitest({
      ...run,
      files: { ...run.files, 'html.mjs': HTML },
      args: ['--reporter=./html.mjs'],
      env: { HTML_FOLDER: join(folder, 'html') },
    })
    expect(
      tests.map(({ status }) => status),
      output,
    ).toEqual(['failed', 'failed', 'passed'])
    const { page, picture } = await open(await serve(join(folder, 'html')), FACE)
    await lookAt(page, folder, 'torn', ['lost insert', 'store_sales_heap'])
    await lookAt(page, folder, 'at a place', ['torn transaction', 'statement 2', 'INSERT INTO returns_copy'])
    await picture(`html-${major}`)
  })

  test('so has the page of a run that goes on', async () => {
    const vitest: RunningVitest = await startVitestRun({ ...run, args: ['--watch', '--ui', '--open=false'] })
    onTestFinished(async () => {
      process.kill(vitest.pid)
      await vitest.ended
    })
    await vitest.printed('Duration')
    const [url] = /http:\S+__vitest__\S*/.exec(vitest.output())!
    const { page, picture } = await open(url, FACE)
    await lookAt(page, folder, 'torn', ['lost insert', 'store_sales_heap'])
    await picture(`ui-${major}`)
    expect(vitest.output()).not.toContain('Unhandled')
  })
})
