import { z } from 'zod'
import { OptionsError } from '../errors.js'
import type { Hazards } from '../plan/hazards.js'
import { PLAN_FORMAT, type PlanInput } from '../plan/plan-input.js'
import type { Overlap } from '../plan/overlap/overlap.js'
import { parseShard, shardText } from '../plan/shard.js'
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

const count = z.int().min(0)

const contentSchema = z.object({
  format: z.int(),
  commits: count,
  batches: count.optional(),
  seed: count,
  shard: z.string().refine(parseShard).optional(),
  base: count.optional(),
  batchSize: count,
  ratio: z
    .union([z.number(), z.object({ insert: z.number(), update: z.number(), delete: z.number() }).partial()])
    .optional(),
  hazards: z
    .object({ hotKeys: z.number(), sameKeyChains: z.number(), reinsert: z.number(), noopUpdates: z.number() })
    .optional(),
  overlap: z
    .object({ writers: count, lateCommit: z.number(), rollback: z.number(), longTransaction: count })
    .optional(),
  scale: z.number(),
  nulls: z.enum(['tpcds', 'none']),
  businessDate: z.string().optional(),
  baselineRows: count,
  scripted: z.boolean().optional(),
  first: z.array(
    z.object({
      name: z.string(),
      parent: z.string().optional(),
      maxKey: count,
      sequences: z.record(z.string(), count),
      sampled: count,
    }),
  ),
})

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

/**
 * Reads the token of a run that can be made again from it.
 *
 * @throws OptionsError when the text is no token, or when the token lacks what the changes followed from
 */
export function decodeToken(text: string): TokenContent {
  const content = readToken(text)
  const lacking = describeLacking(content)
  if (lacking) throw incomplete(lacking, 'Replay the file of that run (--record, `record`)')
  if (content.commits > 0) return content
  throw new OptionsError('Expected the token of a run with a commit, got one of a run without.')
}

/**
 * Reads the token of a run that can be resumed by it.
 *
 * @throws OptionsError when the text is no token, or when the token lacks what the changes followed from
 */
export function decodeResumeToken(text: string): TokenContent {
  const content = readToken(text)
  const lacking = describeLacking(content)
  if (!lacking) return content
  const file = content.scripted ? 'that it followed' : 'of that run (--record, `record`)'
  throw incomplete(lacking, `Resume with the file ${file}`)
}

/** Whether a token holds all that the changes of a run follow from. */
export function isComplete(options: ResolvedOptions, input: PlanInput): boolean {
  return !options.script && input.baseline.every(({ images }) => images.length === 0)
}

/** @throws OptionsError when the text is no token */
export function readToken(text: string): TokenContent {
  let content: TokenContent
  try {
    content = contentSchema.parse(JSON.parse(Buffer.from(text, 'base64url').toString())) as TokenContent
  } catch (cause) {
    const shown = `${String(text).slice(0, 40)}${text.length > 40 ? '…' : ''}`
    throw new OptionsError(`Expected the token of a run, got \`${shown}\`. Copy it whole from the run's summary.`, {
      cause,
    })
  }
  if (content.format === PLAN_FORMAT) return content
  throw new OptionsError(
    `Expected a token of plan format ${PLAN_FORMAT}, got format ${content.format}. ` +
      'Use the version of vitest-cloudberry-cdc that made it.',
  )
}

function incomplete(lacking: string, advice: string): OptionsError {
  return new OptionsError(
    `Expected a token that says all about its run, got ${lacking}, which it does not hold. ${advice}.`,
  )
}

/** Whether a token says all that the changes of its run follow from. */
export function isSelfContained(content: TokenContent): boolean {
  return describeLacking(content) === undefined
}

function describeLacking({ scripted, first }: TokenContent): string | undefined {
  if (scripted) return 'one of a run that followed a script'
  const table = first.find(({ sampled }) => sampled > 0)
  return table && `one of a run on ${table.sampled} rows that stood in \`${table.name}\` before it`
}
