import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { type CdcOptions, createCdcStream } from '../../src/index.js'
import { cdcError } from '../support/cdc-error.js'
import { orders } from '../support/orders.js'
import { useSchema } from '../support/server.js'

const FAST = { batchSize: 20, interval: 0, createTables: true } as const

test('a thread that blocks for 2 s does not stop commits', async () => {
  await using stream = createCdcStream({ ...FAST, target: await useSchema(), continuous: true })
  await stream.start()
  await stream.reached(20)
  const before = stream.ledger.commit
  const nobody = new Int32Array(new SharedArrayBuffer(4))
  const commits: number[] = []
  for (let i = 0; i < 20; i++) {
    Atomics.wait(nobody, 0, 0, 100)
    commits.push(stream.ledger.commit)
  }
  expect(new Set(commits).size).toBeGreaterThan(10)
  expect(commits.at(-1)).toBeGreaterThan(before + 20)
  await stream.stop()
  expect(await stream.verify()).toMatchObject({ equal: true })
})

test('own tables, inline on this thread or by module on the worker thread: the same changes, equal to the ledger', async () => {
  const run = async (tables: CdcOptions['tables']): Promise<string> => {
    const ratio = { insert: 60, update: 25, delete: 15 }
    const target = await useSchema()
    await using stream = createCdcStream({ ...FAST, target, tables: tables!, batches: 20, seed: 41, ratio })
    await stream.start()
    const summary = await stream.finished
    expect(summary.updates).toBeGreaterThan(20)
    expect(summary.deletes).toBeGreaterThan(20)
    expect(await stream.verify()).toMatchObject({ equal: true, differences: [] })
    return stream.ledger.at().fingerprint('orders')
  }
  const inline = await run([orders])
  expect(await run([{ module: pathToFileURL('test/support/orders.ts'), export: 'orders' }])).toBe(inline)
})

test.for([
  ['by module, on the worker thread', [{ module: pathToFileURL('test/support/orders.ts'), export: 'orders' }], true],
  ['inline, on this thread', [orders], false],
] as const)('own tables %s: whether a thread that blocks stops commits', async ([, tables, goesOn]) => {
  await using stream = createCdcStream({ ...FAST, target: await useSchema(), continuous: true, tables })
  await stream.start()
  await stream.reached(10)
  const before = stream.ledger.commit
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000)
  const after = stream.ledger.commit
  if (goesOn) expect(after).toBeGreaterThan(before + 3)
  // A COMMIT that was answered while the thread stood still has not been heard of.
  else expect(after).toBe(before)
  await stream.stop()
  expect(await stream.verify()).toMatchObject({ equal: true })
})

test('a module that does not load, or lacks the table, is one clear error', async () => {
  const connection = await useSchema()
  for (const [module, named] of [
    ['file:///nowhere.js', ['`file:///nowhere.js`', 'load']],
    [pathToFileURL('test/support/orders.ts').href, ['orders.ts', '`missing`', 'export']],
  ] as const) {
    await using stream = createCdcStream({
      ...FAST,
      target: connection,
      tables: [{ module, export: 'missing' }],
    })
    await expect(stream.start()).rejects.toThrow(cdcError('ERR_CDC_OPTIONS', ...named))
  }
})

test('several streams share one worker thread, which ends with the last of them', async () => {
  const threads = (): number => process.getActiveResourcesInfo().filter((name) => name === 'MessagePort').length
  const before = threads()
  const streams = await Promise.all(
    [1, 2, 3].map(async (seed) => createCdcStream({ ...FAST, target: await useSchema(), seed, continuous: true })),
  )
  await Promise.all(streams.map((stream) => stream.start()))
  expect(threads() - before).toBe(1)
  await Promise.all(streams.map((stream) => stream.reached(10)))
  await Promise.all(streams.map((stream) => stream.stop()))
  for (const stream of streams) {
    expect(await stream.verify()).toMatchObject({ equal: true })
    await stream[Symbol.asyncDispose]()
  }
  expect(threads()).toBe(before)
})
