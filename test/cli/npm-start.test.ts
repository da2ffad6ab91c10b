import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { startCli, useFolder } from './support/cli-process.js'

const root = fileURLToPath(new URL('../../', import.meta.url))

test('npm start shows the default stream on an embedded database', async () => {
  const file = join(await useFolder(), 'start.log')
  const running = await startCli({ command: ['npm', 'start'], cwd: root, env: { CDC_LOG_FILE: file } })
  const { code, stdout, stderr } = await running.result
  expect({ code, stderr }).toMatchObject({ code: 0 })
  expect(stdout).toMatch(/Batch 50 committed: 400 changes/)
  expect(stdout).toMatch(/Verified: store_sales_heap .* as the ledger has it after batch 50\n$/)
  // On a slow machine the file also warns of lag, which goes to standard error.
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line.includes(' - INFO - '))
  expect(stdout.trimEnd().split('\n')).toEqual(expect.arrayContaining(lines))
})
