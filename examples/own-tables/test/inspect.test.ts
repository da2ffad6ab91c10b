import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { expect } from 'vitest'
import { withCdcStream } from 'vitest-cloudberry-cdc'
import { createCdcStream } from 'vitest-cloudberry-cdc/engine'

const run = promisify(execFile)
const root = new URL('..', import.meta.url)
const test = withCdcStream()

test('a draft of the tables in schema.sql, from the command to the verified stream', async ({
  cloudberry,
  onTestFinished,
}) => {
  const { host, port, database, user, password, pool } = cloudberry
  const folder = await mkdtemp(fileURLToPath(new URL('draft-', root)))
  onTestFinished(() => rm(folder, { recursive: true }))
  const connection = { host, port, database, user, password, schema: 'shop' }
  const variables = Object.entries(connection).map(([name, value]) => [`CLOUDBERRY_${name.toUpperCase()}`, `${value}`])
  const env = { ...process.env, ...Object.fromEntries(variables) }

  async function runStream(file: string): Promise<void> {
    const module = pathToFileURL(join(folder, file))
    const tables = ['orders', 'orderLines'].map((name) => ({ module, export: name }))
    const ratio = { insert: 50, update: 30, delete: 20 }
    const options = { tables, batches: 10, batchSize: 20, interval: 0, ratio, seed: 20_240_301 }
    await using stream = createCdcStream({ target: connection, ...options })
    await stream.start()
    expect(await stream.finished).toMatchObject({ commits: 10 })
    expect(await stream.verify()).toMatchObject({ equal: true })
  }

  await pool.query(await readFile(new URL('schema.sql', root), 'utf8'))
  try {
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
    await run('sh', [fileURLToPath(new URL('inspect.sh', root))], { cwd: folder, env })
    const draft = await readFile(join(folder, 'tables.js'), 'utf8')
    const rows = draft.slice(draft.lastIndexOf('  rows({'), draft.lastIndexOf('})'))
    await expect(rows).toMatchFileSnapshot('draft.txt')

    // What the draft cannot know is told before anything is written.
    const refusal: unknown = await runStream('tables.js').catch((error: unknown) => error)
    await expect(`${(refusal as Error).message}\n`).toMatchFileSnapshot('refused.txt')

    const mended = draft.replace(/cells\[5\] = .* \/\/ amount/, 'cells[5] = Number(cells[3]) * Number(cells[4])')
    await writeFile(join(folder, 'mended.js'), mended)
    await runStream('mended.js')
  } finally {
    await pool.query('DROP SCHEMA shop CASCADE')
  }
})
