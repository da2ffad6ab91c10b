import { grouped, quote } from './code.js'
import type { DraftColumn } from './draft-column.js'
import type { Member } from './family.js'

/** How many values a column of a key takes in turn that does not count. */
const TURNS = 10
const DAYS = 365
const MOST_DIGITS = 15
const DIGITS = 9

/** One column of a drafted key. */
export interface DraftKeyPart {
  readonly name: string
  /** As it stands in a definition's list. */
  readonly code: string
  /** Whether no two rows have the same value. */
  readonly counts: boolean
  /** The table whose numbers it counts. */
  readonly owner: string
  /** What is to be known of it. */
  readonly note: string | undefined
}

/** Decides how the keys of a family count. */
export class DraftKeys {
  readonly #members: ReadonlyMap<string, Member>
  readonly #parts = new Map<string, readonly DraftKeyPart[]>()

  constructor(members: readonly Member[]) {
    this.#members = new Map(members.map((member) => [member.table.source.name, member]))
  }

  /** Those of a table, in the order of its definition's `key`. */
  of(table: string): readonly DraftKeyPart[] {
    const known = this.#parts.get(table)
    if (known) return known
    const member = this.#members.get(table)
    const parts = member ? this.#draft(member) : []
    this.#parts.set(table, parts)
    return parts
  }

  /** What stands behind `key:`. */
  code(table: string): string {
    const parts = this.of(table)
    const [only, ...others] = parts
    const isName = others.length === 0 && only?.code === quote(only?.name ?? '')
    return isName ? only!.code : `[${parts.map(({ code }) => code).join(', ')}]`
  }

  #draft({ table, links }: Member): readonly DraftKeyPart[] {
    const { keys, source, isPlainKey } = table
    const own = source.name
    if (isPlainKey)
      return [{ name: keys[0]!.name, code: quote(keys[0]!.name), counts: true, owner: own, note: undefined }]
    const followed = keys.map((column) => {
      for (const { columns, table: other, tableColumns } of links) {
        const target = tableColumns[columns.indexOf(column.name)]
        const part = target === undefined ? undefined : this.of(other).find(({ name }) => name === target)
        if (part) return followedPart(column, part, this.#members.get(other)!)
      }
      return undefined
    })
    const isCounted = followed.some((part) => part?.counts)
    const counter = isCounted ? undefined : counterAmong(keys.filter((_, place) => !followed[place]))
    const parts = keys.map((column, place) => {
      const isLink = links.some(({ columns }) => columns.includes(column.name))
      const note = isLink && !followed[place] ? 'it points at a column that is no key' : undefined
      return followed[place] ?? { ...ownPart(column, column === counter, own), note }
    })
    // Values that another table takes in turn come first and in its order: then they have the same turns.
    const turning = (part: DraftKeyPart): boolean => followed.includes(part) && !part.counts
    return [...parts.filter(turning), ...parts.filter((part) => !turning(part))]
  }
}

/** The same value as in row n of another table. */
function followedPart(
  { name }: DraftColumn,
  { code, owner, counts, name: theirs }: DraftKeyPart,
  other: Member,
): DraftKeyPart {
  if (counts) return { name, code: `{ column: ${quote(name)}, of: ${quote(owner)} }`, counts, owner, note: undefined }
  const isUuid = other.table.keys.find((key) => key.name === theirs)?.isUuid
  const given = code.replace(/^\{ column: (?:'[^']*'|"[^"]*")/, `{ column: ${quote(name)}`)
  const whose = isUuid && !given.includes(', of: ') ? given.replace(/ \}$/, `, of: ${quote(owner)} }`) : given
  return { name, code: whose, counts, owner, note: undefined }
}

function ownPart(column: DraftColumn, counts: boolean, owner: string): Omit<DraftKeyPart, 'note'> {
  const { name, type, choices, limit, isUuid } = column
  const parts: string[] = []
  if (type === 'text' && !isUuid && !choices) {
    const digits = Math.min(limit?.most ?? DIGITS, limit?.exact ? MOST_DIGITS : DIGITS)
    if (digits !== DIGITS) parts.push(`digits: ${digits}`)
    if (limit?.exact && limit.most > MOST_DIGITS) parts.push(`prefix: ${quote('0'.repeat(limit.most - MOST_DIGITS))}`)
  }
  if (choices) parts.push(`values: [${choices.map((text) => quote(text)).join(', ')}]`)
  else if (!counts) parts.push(`values: ${grouped(type === 'date' ? DAYS : limit?.most === 1 ? TURNS - 1 : TURNS)}`)
  const code = parts.length === 0 ? quote(name) : `{ column: ${[quote(name), ...parts].join(', ')} }`
  return { name, code, counts: counts && !choices, owner }
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
