import { grouped, quote } from './code.js'
import type { DraftColumn } from './draft-column.js'
import type { KeyBase } from './key-base.js'
import type { Children, Member } from './member.js'

/** How many values a column of a key takes in turn that does not count. */
const TURNS = 10
const DAYS = 365
const MOST_DIGITS = 15
const DIGITS = 9

/** What a definition's list says of one column of a key, as code. */
interface KeySpec {
  readonly of?: string
  readonly restarts?: string
  readonly digits?: string
  readonly prefix?: string
  readonly values?: string
}

/** One column of a drafted key. */
export interface DraftKeyPart {
  readonly name: string
  readonly spec: KeySpec
  /** Whether no two rows have the same value. */
  readonly counts: boolean
  /** The table whose numbers it counts. */
  readonly owner: string
  readonly isUuid: boolean
  /** What is to be known of it. */
  readonly note: string | undefined
}

/** A table, as far as its key goes. */
export interface KeyedMember {
  readonly member: Member
  readonly base: KeyBase
  readonly children: Children
}

/** Decides how the keys of a family count. */
export class DraftKeys {
  readonly #members: ReadonlyMap<string, KeyedMember>
  readonly #parts = new Map<string, readonly DraftKeyPart[]>()

  constructor(members: readonly KeyedMember[]) {
    this.#members = new Map(members.map((one) => [one.member.table.source.name, one]))
  }

  /** Those of a table, in the order of its definition's `key`. */
  of(table: string): readonly DraftKeyPart[] {
    const known = this.#parts.get(table)
    if (known) return known
    const found = this.#members.get(table)
    const parts = found ? this.#draft(found) : []
    this.#parts.set(table, parts)
    return parts
  }

  /** What stands behind `key:`. */
  code(table: string): string {
    const codes = this.of(table).map(({ name, spec }) => {
      const properties = Object.entries(spec).map(([property, code]) => `${property}: ${code}`)
      return properties.length === 0 ? quote(name) : `{ column: ${[quote(name), ...properties].join(', ')} }`
    })
    const [first, ...others] = this.of(table)
    return others.length === 0 && codes[0] === quote(first?.name ?? '') ? codes[0] : `[${codes.join(', ')}]`
  }

  #draft({ member: { table, above }, base: { base, followed }, children }: KeyedMember): readonly DraftKeyPart[] {
    const own = table.source.name
    const spreadOf = (name: string): number => this.#members.get(name)!.children.spread
    const isStrided = base !== undefined && children.spread > spreadOf(base)
    const theirs = new Map(
      table.keys.flatMap(({ name }) => {
        const target = followed.get(name)
        const part = target && this.of(target.table).find((one) => one.name === target.column)
        return part ? [[name, part] as const] : []
      }),
    )
    const restarts = isStrided || [...theirs.values()].some(({ spec }) => spec.restarts)
    const isCounted = restarts || [...theirs.values()].some(({ counts }) => counts)
    const counter = isCounted ? undefined : counterAmong(table.keys.filter(({ name }) => !theirs.has(name)))
    const parts = table.keys.map((column): DraftKeyPart => {
      const part = theirs.get(column.name)
      // Beside one that restarts, what counts the rows of another table goes on as it does there.
      if (part) return followedPart(column, part, isStrided || part.spec.restarts !== undefined)
      const isLink = above.some(({ columns }) => columns.includes(column.name))
      const turns = children.turns.get(column.name) ?? (restarts ? 1 : undefined)
      return {
        ...ownPart(column, column === counter, own, turns),
        note: isLink ? 'it points at a column that is no key' : undefined,
      }
    })
    // What changes fastest comes first; values that another table takes in turn follow in its order.
    const places = new Map(this.of(base ?? '').map((part, place) => [part.name, place]))
    const placeOf = ({ name, spec, counts }: DraftKeyPart): number => {
      const isTurning = spec.values !== undefined
      if (!theirs.has(name)) return isStrided && isTurning ? -1 : LAST
      return isTurning && !counts ? (places.get(followed.get(name)!.column) ?? 0) : LAST
    }
    return parts.toSorted((a, b) => placeOf(a) - placeOf(b))
  }
}

const LAST = Number.MAX_SAFE_INTEGER

/** The same value as in the row of another table. */
function followedPart({ name }: DraftColumn, part: DraftKeyPart, restarts: boolean): DraftKeyPart {
  const { spec, owner, counts, isUuid } = part
  if (spec.values !== undefined)
    return { ...part, name, spec: isUuid ? { ...spec, of: quote(owner) } : spec, note: undefined }
  const counting = { ...spec, of: quote(owner), ...(restarts && { restarts: 'true' }) }
  return { name, spec: counting, counts: counts && !restarts, owner, isUuid, note: undefined }
}

function ownPart(
  { name, type, choices, limit, isUuid }: DraftColumn,
  counts: boolean,
  owner: string,
  turns: number | undefined,
): Omit<DraftKeyPart, 'note'> {
  const spec: { -readonly [K in keyof KeySpec]: KeySpec[K] } = {}
  if (type === 'text' && !isUuid && !choices) {
    const digits = Math.min(limit?.most ?? DIGITS, limit?.exact ? MOST_DIGITS : DIGITS)
    if (digits !== DIGITS) spec.digits = String(digits)
    if (limit?.exact && limit.most > MOST_DIGITS) spec.prefix = quote('0'.repeat(limit.most - MOST_DIGITS))
  }
  if (choices) spec.values = `[${choices.slice(0, turns).map(quote).join(', ')}]`
  else if (!counts) spec.values = grouped(turns ?? (type === 'date' ? DAYS : limit?.most === 1 ? TURNS - 1 : TURNS))
  return { name, spec, counts: counts && !choices, owner, isUuid }
}

/** The one that counts furthest; of several, the last. */
function counterAmong(columns: readonly DraftColumn[]): DraftColumn | undefined {
  const reach = ({ type, choices, isUuid, limit }: DraftColumn): number => {
    if (choices) return 0
    if (isUuid || type === 'int8') return 15
    if (type === 'int4') return 9
    if (type === 'date') return 6
    return type === 'int2' ? 4 : Math.min(limit?.most ?? DIGITS, DIGITS)
  }
  return columns.toReversed().toSorted((a, b) => reach(b) - reach(a))[0]
}
