import * as z from 'zod/mini'
import en from 'zod/v4/locales/en.js'
import { OptionsError } from '../../errors.js'
import {
  type RowOptions,
  type RowSetting,
  rowOptionNames,
  toRowOptions,
  toRowSetting,
} from '../../tables/row-options.js'
import type { Run } from '../batch.js'
import { completeLink, type Link } from '../families/family.js'
import { readFamilies } from '../families/families.js'
import type { ChangeScript } from './change-script.js'
import { checkScript } from './check-script.js'
import { PLAN_FORMAT, type TableBaseline } from '../plan-input.js'
import { decodeRows } from './script-rows.js'

/** A table of a script. */
interface ParsedTable {
  readonly name: string
  readonly parent: string | undefined
  readonly link: Link
  readonly refers: readonly string[]
  readonly baseline: TableBaseline
}

/** A script that was checked, in the form that a plan takes. */
export interface ParsedScript extends RowSetting {
  readonly seed: number
  /** The same setting as options. */
  readonly rowOptions: RowOptions
  /** Parents come before their children. */
  readonly tables: readonly ParsedTable[]
  readonly baselineRows: number
  readonly batches: readonly (readonly Run[])[]
}

const count = z.int().check(z.gte(0))

const tableSchema = z.strictObject({
  name: z.string().check(z.minLength(1)),
  parent: z.optional(z.string()),
  most: z.optional(z.int().check(z.gte(1), z.lte(1_000))),
  least: z.optional(count),
  skew: z.optional(count.check(z.lte(100))),
  refers: z._default(z.array(z.string()), []),
  maxKey: z._default(count, 0),
  sequences: z._default(z.record(z.string(), count), {}),
  images: z._default(
    z.array(z.array(z.union([z.number(), z.string(), z.boolean(), z.null()])).check(z.minLength(1))),
    [],
  ),
})

const runSchema = z.tuple([z.enum(['insert', 'update', 'delete']), z.string(), z.string(), z.optional(count)])

/** What is left over is said of the rows. */
const scriptSchema = z.looseObject({
  format: z.int(),
  seed: z.int().check(z.gte(0), z.lte(0xffff_ffff)),
  tables: z.array(tableSchema).check(z.minLength(1)),
  baselineRows: z._default(count.check(z.lte(10_000_000)), 0),
  plan: z.optional(z.string()),
  batches: z.array(z.array(runSchema).check(z.minLength(1))),
})

/**
 * Checks a change script and brings it into the form that a plan takes.
 *
 * @throws OptionsError that names what is wrong: the place in the value, or the batch and the change
 */
export function parseScript(script: ChangeScript): ParsedScript {
  const found = scriptSchema.safeParse(script, { error: en().localeError })
  if (!found.success) {
    const { path, message } = found.error.issues[0]!
    throw new OptionsError(
      `Expected \`script\` to be a change script, got another value at \`${path.join('.') || 'script'}\` (${message}).`,
    )
  }
  const { format, seed, tables, baselineRows, batches, plan: _, ...others } = found.data
  if (format !== PLAN_FORMAT) {
    throw new OptionsError(
      `Expected \`script\` to have plan format ${PLAN_FORMAT}, got format ${format}. ` +
        'Use the version of vitest-cloudberry-cdc that made it.',
    )
  }
  const names = tables.map(({ name }) => name)
  tables.forEach(({ name, parent, refers, ...link }, index) => {
    if (names.indexOf(name) < index)
      throw new OptionsError(`Expected \`script\` to name each table once, got \`${name}\` again.`)
    const unknown = refers.find((other) => !names.slice(0, index + 1).includes(other))
    if (unknown !== undefined) {
      throw new OptionsError(
        `Expected the tables that \`${name}\` refers to to be before it in \`script\`, got \`${unknown}\`.`,
      )
    }
    const { most, least } = completeLink(link)
    if (least > most) {
      throw new OptionsError(`Expected \`least\` of \`${name}\` in \`script\` to be at most ${most}, got ${least}.`)
    }
    if (parent === undefined || names.slice(0, index).includes(parent)) return
    throw new OptionsError(
      `Expected the parent of \`${name}\` to be a table before it in \`script\`, got \`${parent}\`.`,
    )
  })
  const runs = batches.map((batch, index) => batch.map((run) => parseRun(run, names, index + 1)))
  const families = readFamilies(
    tables.map(({ name, parent, refers, most, least, skew }) => ({
      name,
      parent: parent === undefined ? undefined : { table: parent, ...completeLink({ most, least, skew }) },
      refers,
    })),
    seed,
  )
  const checked = tables.map(({ images }, index) => ({ family: families[index]!, foreignRows: images.length }))
  const unknown = Object.keys(others).find((name) => !rowOptionNames.includes(name))
  if (unknown !== undefined) {
    throw new OptionsError(`Expected \`script\` to be a change script, got one with \`${unknown}\`. Leave it out.`)
  }
  const setting = toRowSetting(others)
  return Object.freeze({
    seed,
    ...setting,
    rowOptions: toRowOptions(setting),
    baselineRows,
    tables: tables.map(({ name, parent, most, least, skew, refers, ...baseline }) => {
      return { name, parent, link: completeLink({ most, least, skew }), refers, baseline }
    }),
    batches: checkScript(checked, baselineRows, runs),
  })
}

function parseRun(
  [kind, table, rows, begins]: z.infer<typeof runSchema>,
  names: readonly string[],
  batch: number,
): Run {
  const index = names.indexOf(table)
  if (index < 0) {
    throw new OptionsError(`Expected batch ${batch} of \`script\` to name ${names.join(' or ')}, got \`${table}\`.`)
  }
  return { kind, table: index, ...decodeRows(rows), ...(begins !== undefined && { begins }) }
}
