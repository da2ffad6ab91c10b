import type { Hazards } from '../plan/hazards.js'
import { PLAN_FORMAT, type PlanInput } from '../plan/plan-input.js'
import type { Overlap } from '../plan/overlap/overlap.js'
import { shardText } from '../plan/shard.js'
import type { MixWeights } from './cdc-options.js'
import type { ResolvedOptions } from './resolve-options.js'

/** What a token says. */
export interface TokenContent {
  readonly format: number
  /** How many commits were made. */
  readonly commits: number
  /** How many commits were planned; none where the stream goes on until it is stopped. */
  readonly batches?: number | undefined
  /** That of the stream, which its shards share. */
  readonly seed: number
  /** Such as `2/4`. */
  readonly shard?: string | undefined
  readonly base?: number | undefined
  readonly batchSize: number
  readonly ratio?: number | MixWeights | undefined
  readonly hazards?: Hazards | undefined
  readonly overlap?: Overlap | undefined
  readonly scale: number
  readonly nulls: 'tpcds' | 'none'
  readonly businessDate?: string | undefined
  readonly baselineRows: number
  /** The changes came from a script, which is not in the token. */
  readonly scripted?: boolean | undefined
  readonly first: readonly TokenTable[]
}

interface TokenTable {
  readonly name: string
  readonly parent?: string | undefined
  readonly maxKey: number
  readonly sequences: Readonly<Record<string, number>>
  /** Rows that stood there before and took part; they are not in the token. */
  readonly sampled: number
}

/** What it takes to make the same changes again, as one word. Holds no connection. The same run has the same word. */
export function encodeToken(options: ResolvedOptions, input: PlanInput, commits: number): string {
  const { ratio, hazards, overlap, scale, nulls, businessDate, batchSize, batches, base } = options
  const first = input.tables.map(({ name, parent }, index) => {
    const { maxKey, sequences, images } = input.baseline[index]!
    const kept = input.tables.find((table) => table.name === parent?.table)?.name
    return {
      name,
      parent: kept,
      maxKey,
      sequences: options.shard ? sequences : begun(sequences),
      sampled: images.length,
    }
  })
  const { baselineRows } = input
  const which = { seed: options.streamSeed, ...(options.shard && { shard: shardText(options.shard) }), base }
  const shape = { ...which, batchSize, ratio: inOrder(ratio), hazards, overlap, scale, nulls, businessDate }
  const planned = Number.isFinite(batches) ? { batches } : {}
  const plan = { format: PLAN_FORMAT, commits, ...planned, ...shape, baselineRows, first }
  return writeToken({ ...plan, ...(options.script ? { scripted: true } : {}) })
}

/** The token that says this. */
export function writeToken(content: TokenContent): string {
  return Buffer.from(JSON.stringify(content)).toString('base64url')
}

function inOrder(ratio: number | MixWeights | undefined): number | MixWeights | undefined {
  if (typeof ratio !== 'object') return ratio
  const { insert, update, delete: deleted } = ratio
  return {
    ...(insert !== undefined && { insert }),
    ...(update !== undefined && { update }),
    ...(deleted !== undefined && { delete: deleted }),
  }
}

/** Scripts leave out what is 0. */
function begun(sequences: Readonly<Record<string, number>>): Record<string, number> {
  const isCounted = Object.values(sequences).some((value) => value > 0)
  return isCounted ? { ...sequences } : {}
}

/** Whether a token holds all that the changes of a run follow from. */
export function isComplete(options: ResolvedOptions, input: PlanInput): boolean {
  return !options.script && input.baseline.every(({ images }) => images.length === 0)
}
