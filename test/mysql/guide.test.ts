import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { runVitest } from '../support/vitest-run.js'
import { sourceConnection, hasSource } from './source.js'

const onSource = test.runIf(hasSource)

onSource('the tests of the page about MySQL are green', async () => {
  const { host, port, user, password } = sourceConnection()
  const spec = await readFile(new URL('../../docs/snippets/mysql.spec.ts', import.meta.url), 'utf8')
  const env = { CDC_URL: `mysql://${user}:${password}@${host}:${port}/`, CDC_TARGET: 'configured', CI: '' }
  const run = await runVitest({ files: { 'mysql.spec.ts': spec }, env })
  const status = run.tests.map((inner) => inner.status)
  expect(status, run.output).toEqual(['passed', 'passed', 'passed'])
})
