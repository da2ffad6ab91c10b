import { expect, test } from 'vitest'
import type { AuditWord } from '../../src/audit/audit-grade.js'
import type { CdcOptions } from '../../src/stream/cdc-stream.js'
import { useAuditBench } from '../support/audited.js'
import {
  appendTwice,
  copyEachTable,
  copyInHalves,
  copyTogether,
  copyWrongly,
  dropSome,
  type Pipeline,
  repeatCommits,
  swapCommits,
} from '../support/pipelines.js'

interface Known {
  readonly name: string
  readonly grade: AuditWord
  readonly pipeline: () => Pipeline
  readonly options?: CdcOptions
}

const ratio = { insert: 80, update: 10, delete: 10 }
const known: readonly Known[] = [
  { name: 'one snapshot', grade: 'exact', pipeline: () => copyTogether },
  { name: 'a snapshot for each table', grade: 'per table', pipeline: () => copyEachTable },
  { name: 'halves', grade: 'eventually', pipeline: () => copyInHalves },
  { name: 'commits again', grade: 'eventually', pipeline: () => repeatCommits, options: { ratio } },
  {
    name: 'out of order',
    grade: 'eventually',
    pipeline: swapCommits,
    options: { ratio: { insert: 1, update: 0, delete: 0 } },
  },
  { name: 'each 1,000th change is dropped', grade: 'lossy', pipeline: dropSome, options: { batchSize: 50 } },
  { name: 'inserts twice', grade: 'wrong', pipeline: () => appendTwice },
  { name: 'a wrong value', grade: 'wrong', pipeline: () => copyWrongly },
]

test.for(known)('$name is graded $grade', async ({ grade, pipeline, options }) => {
  const { audit } = await useAuditBench(options)
  const found = await audit(pipeline(), { within: grade === 'lossy' || grade === 'wrong' ? 300 : 10_000 })
  console.log(JSON.stringify({ ...found, curve: found.curve.length }))
  expect(found.grade, found.because).toBe(grade)
})
