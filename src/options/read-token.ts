import { z } from 'zod'
import { OptionsError } from '../errors.js'
import { PLAN_FORMAT } from '../plan/plan-input.js'
import { parseShard } from '../plan/shard.js'
import type { TokenContent } from './token.js'

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
