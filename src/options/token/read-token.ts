import * as z from 'zod/mini'
import { OptionsError } from '../../errors.js'
import { PLAN_FORMAT } from '../../plan/plan-input.js'
import { storeReturns } from '../../tables/store-returns.js'
import { carriedNames, carriedOptions, optionTable, type StreamOptions } from '../option-table.js'
import type { AnyOption } from '../option.js'
import { TOKEN_FORM, type TokenContent, type TokenTable } from './token.js'

const count = z.int().check(z.gte(0))
const name = z.string().check(z.minLength(1))

const tableSchema = z.object({
  name,
  parent: z.optional(name),
  identity: z.optional(z.string()),
  maxKey: count,
  spread: z.optional(count),
  sequences: z.record(z.string(), count),
  sampled: count,
})

/** Of a token's options, each is what the table of options says it may be. */
const optionsSchema = z.custom<StreamOptions>((options) => {
  if (typeof options !== 'object' || options === null) return false
  return Object.entries(options).every(([option, value]) => {
    const known = carriedNames.find((carried) => carried === option)
    const row: AnyOption | undefined = known && optionTable[known]
    return row?.value.schema.safeParse(value).success === true
  })
})

const placeSchema = z.object({ statement: z.string(), occurrence: z.int().check(z.gte(1)) })

const contentSchema = z.object({
  form: z.literal(TOKEN_FORM),
  format: z.int(),
  commits: z.optional(count),
  options: optionsSchema,
  baselineRows: count,
  scripted: z.optional(z.boolean()),
  tables: z.array(tableSchema).check(z.minLength(1)),
  test: z.optional(name),
  place: z.optional(z.extend(placeSchema, { done: z.string(), second: z.optional(placeSchema) })),
})

/** Of form 1, a run's token had its options beside the rest, and those of overlapping transactions in a group. */
const oldRunSchema = z.pipe(
  z.looseObject({
    format: z.int(),
    commits: count,
    overlap: z.optional(z.record(z.string(), z.unknown())),
    baselineRows: count,
    scripted: z.optional(z.boolean()),
    first: z.array(tableSchema),
  }),
  z.transform(({ format, commits, overlap, baselineRows, scripted, first, ...options }) => ({
    form: TOKEN_FORM,
    format,
    // Records have one from before the first commit.
    commits: commits === 0 ? undefined : commits,
    options: { ...options, ...overlap, ...(options['batches'] === undefined && { continuous: true }) },
    baselineRows,
    scripted,
    tables: first,
  })),
)

/** Of form 1, a test's token had null for what is not set, and of the tables their names and a hash of their code. */
const oldTestSchema = z.pipe(
  z.object({
    format: z.int(),
    test: name,
    seed: count,
    options: z.looseObject({ baseline: count, overlap: z.nullable(z.record(z.string(), z.unknown())) }),
    tables: z.record(z.string(), z.string()),
  }),
  z.transform(({ format, test, seed, options: { baseline, overlap, ...options }, tables }) => ({
    form: TOKEN_FORM,
    format,
    options: withoutNull({ ...options, ...overlap, seed }),
    baselineRows: baseline,
    tables: Object.keys(tables).map((table, _, names) => ({ name: table, ...parentIn(table, names), ...empty })),
    test,
  })),
)

/** @throws OptionsError when the text is no token, or when the token lacks what the changes followed from */
export function decodeToken(text: string): TokenContent {
  const content = readToken(text)
  const lacking = describeLacking(content)
  if (lacking) throw incomplete(lacking, 'Replay the file of that run (--record, `record`)')
  if (content.commits === 0) {
    throw new OptionsError('Expected the token of a run with a commit, got one of a run without.')
  }
  return content
}

/** @throws OptionsError when the text is no token, or when the token lacks what the changes followed from */
export function decodeResumeToken(text: string): TokenContent {
  const content = readToken(text)
  const lacking = describeLacking(content)
  if (!lacking) return content
  const file = content.scripted ? 'that it followed' : 'of that run (--record, `record`)'
  throw incomplete(lacking, `Resume with the file ${file}`)
}

/**
 * @param what What the text is expected to be
 * @throws OptionsError when the text is no token
 */
export function readToken(text: string, what = 'the token of a run'): TokenContent {
  let value: unknown
  try {
    value = JSON.parse(Buffer.from(text, 'base64url').toString())
  } catch {
    // Refused below.
  }
  expectFormat(value)
  const old = z.union([oldRunSchema, oldTestSchema]).safeParse(value)
  const found = contentSchema.safeParse(old.success ? old.data : value)
  if (found.success) return { ...found.data, options: carriedOptions(found.data.options) }
  const shown = `${String(text).slice(0, 40)}${text.length > 40 ? '…' : ''}`
  throw new OptionsError(`Expected ${what}, got \`${shown}\`. Copy it whole.`, { cause: found.error })
}

export function isSelfContained(content: TokenContent): boolean {
  return describeLacking(content) === undefined
}

/** Checked first: what else a token of another version holds is not known. */
function expectFormat(value: unknown): void {
  const found = z.object({ form: z._default(z.int(), TOKEN_FORM), format: z.int() }).safeParse(value)
  if (!found.success) return
  const { form, format } = found.data
  if (form === TOKEN_FORM && format === PLAN_FORMAT) return
  const [expected, got] =
    format === PLAN_FORMAT ? [`form ${TOKEN_FORM}`, `form ${form}`] : [`plan format ${PLAN_FORMAT}`, `format ${format}`]
  throw new OptionsError(
    `Expected a token of ${expected}, got ${got}. Use the version of vitest-cloudberry-cdc that made it.`,
  )
}

function incomplete(lacking: string, advice: string): OptionsError {
  return new OptionsError(
    `Expected a token that says all about its run, got ${lacking}, which it does not hold. ${advice}.`,
  )
}

function describeLacking({ scripted, tables }: TokenContent): string | undefined {
  if (scripted) return 'one of a run that followed a script'
  const table = tables.find(({ sampled }) => sampled > 0)
  return table && `one of a run on ${table.sampled} rows that stood in \`${table.name}\` before it`
}

const empty: Pick<TokenTable, 'maxKey' | 'sequences' | 'sampled'> = { maxKey: 0, sequences: {}, sampled: 0 }

function parentIn(table: string, names: readonly string[]): { readonly parent?: string } {
  const parent = table === storeReturns.name ? storeReturns.parent?.table : undefined
  return parent !== undefined && names.includes(parent) ? { parent } : {}
}

function withoutNull(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null && value !== undefined))
}
