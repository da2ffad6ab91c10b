import { expect, test } from 'vitest'
import { resolveMix } from '../../src/plan/mix/mix.js'
import { noOverlap } from '../../src/plan/overlap/overlap.js'
import type { StreamEvent } from '../../src/driver/stream-event.js'
import { openWriters } from '../../src/driver/open-writers.js'
import type { BatchWriter, BatchWriterOptions } from '../../src/writer/batch-writer.js'
import { cdcError } from '../support/cdc-error.js'

const cluster: Parameters<typeof openWriters>[1] = {
  seesWaits: false,
}

/** Nothing is written here, so that neither is used. */
const writer = {} as BatchWriter

function open(locks: boolean, overlap: object, ratio?: Parameters<typeof resolveMix>[0]): StreamEvent[] {
  const told: StreamEvent[] = []
  const plan = { overlap: { ...noOverlap, ...overlap }, mix: resolveMix(ratio) }
  const options = { locksWhole: locks ? ['orders'] : [] } as unknown as BatchWriterOptions
  openWriters(writer, cluster, plan, options, (event) => told.push(event))
  return told
}

test.each(['lateCommit', 'longTransaction'])('refuses %s where UPDATE and DELETE lock whole tables', (name) => {
  expect(() => open(true, { [name]: 1 })).toThrow(
    cdcError(
      'ERR_CDC_OPTIONS',
      `\`${name}\``,
      '`ratio: { insert: 1 }`',
      '`orders`',
      'gp_enable_global_deadlock_detector=on',
    ),
  )
  expect(open(true, { [name]: 1 }, { insert: 1 })).toEqual([])
  expect(open(false, { [name]: 1 })).toEqual([])
})

test('says that writers take turns there', () => {
  expect(open(true, { writers: 4 })).toMatchObject([{ type: 'warning' }])
  expect(open(true, { writers: 4 }, { insert: 1 })).toEqual([])
  expect(open(false, { writers: 4 })).toEqual([])
})
