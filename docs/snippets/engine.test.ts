import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
// #region import
import { createCdcStream, readScript } from 'vitest-cloudberry-cdc/engine'
// #endregion import
import { cdcServer } from './support/cdc-server.js'

async function useFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cdc-docs-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

test('from code, without Vitest', async () => {
  const told: unknown[] = []
  const console = { log: (value: unknown) => told.push(value) }
  // #region engine
  await using stream = createCdcStream({
    target: 'embedded',
    batches: 20,
    interval: 50,
    ratio: { insert: 70, update: 20, delete: 10 },
    seed: 42,
  })
  await stream.start() // resolves once the first batch is committed
  await stream.finished
  console.log((await stream.verify()).equal)
  // #endregion engine
  expect(told).toEqual([true])
})

test('record and replay from code', async () => {
  const file = join(await useFolder(), 'run.ndjson')
  const target = await cdcServer()
  // #region record
  const recorded = createCdcStream({ target, createTables: true, batches: 5, interval: 0, record: file })
  await recorded.start()
  const { token } = await recorded.finished
  await recorded[Symbol.asyncDispose]()
  // #endregion record
  const again = await cdcServer()
  // #region replay
  const replayed = createCdcStream({ target: again, createTables: true, interval: 0, script: await readScript(file) })
  await replayed.start()
  await replayed.finished
  expect(replayed.ledger.at().fingerprint('store_sales_heap')).toBe(
    recorded.ledger.at().fingerprint('store_sales_heap'),
  )
  await replayed[Symbol.asyncDispose]()
  // #endregion replay
  const third = createCdcStream({ target: await cdcServer(), createTables: true, interval: 0, token })
  await third.start()
  expect((await third.finished).token).toBe(token)
  expect((await third.verify()).equal).toBe(true)
  await third[Symbol.asyncDispose]()
})
