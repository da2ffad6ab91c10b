import type { AuditWord } from '../../src/audit/audit-grade.js'
import type { AuditOptions } from '../../src/audit/audit-options.js'
import type { CdcOptions } from '../../src/stream/cdc-stream.js'
import {
  appendTwice,
  applyLate,
  copyEachTable,
  copyInHalves,
  copyTogether,
  copyWrongly,
  dropSome,
  type Pipeline,
  repeatCommits,
  swapCommits,
} from './pipelines.js'

/** A pipeline of which it is known how it is to be graded. */
export interface KnownPipeline {
  readonly name: string
  readonly grade: AuditWord
  readonly pipeline: () => Pipeline
  readonly load?: CdcOptions
  readonly audit?: AuditOptions & { readonly drains?: boolean }
}

const changing = { insert: 40, update: 40, delete: 20 }
const insertsOnly = { insert: 1, update: 0, delete: 0 }

export const knownPipelines: readonly KnownPipeline[] = [
  { name: 'a copy in one snapshot', grade: 'exact', pipeline: () => copyTogether },
  { name: 'an applier that is 150 ms late', grade: 'exact', pipeline: () => applyLate(150, () => {}) },
  { name: 'a copy in a snapshot for each table', grade: 'per table', pipeline: () => copyEachTable },
  { name: 'a copy in halves', grade: 'eventually', pipeline: () => copyInHalves },
  { name: 'commits that come again', grade: 'eventually', pipeline: () => repeatCommits, load: { ratio: changing } },
  { name: 'commits out of order', grade: 'eventually', pipeline: swapCommits, load: { ratio: insertsOnly } },
  {
    name: 'each 1,000th change dropped',
    grade: 'lossy',
    pipeline: dropSome,
    load: { batchSize: 20 },
    audit: { within: 100, drains: true },
  },
  {
    name: 'inserts that come again',
    grade: 'wrong',
    pipeline: () => appendTwice,
    audit: { within: 100, drains: true },
  },
  { name: 'a wrong value', grade: 'wrong', pipeline: () => copyWrongly, audit: { within: 300 } },
]
