/** What CHECKs of simple forms say of one column. */
export interface Range {
  /** Numbers, inclusive; whole where the column is. */
  readonly least?: number
  readonly most?: number
  /** Characters. */
  readonly shortest?: number
  readonly longest?: number
  /** What it is one of, as texts. */
  readonly choices?: readonly string[]
  /** Values that it has not. */
  readonly not?: readonly string[]
  readonly notNull?: boolean
  readonly isNull?: boolean
}

/** A CHECK that is understood: what it says of columns, and which of them are no larger than another one. */
export interface CheckForm {
  readonly ranges: ReadonlyMap<string, Range>
  /** Pairs of columns of which the second is to be above the first, or may be equal to it. */
  readonly orders: readonly { readonly lower: string; readonly upper: string; readonly mayBeEqual: boolean }[]
}

const NAME = String.raw`"(?:[^"]|"")+"|[\p{L}_][\p{L}\p{N}_$]*`
const NUMBER = String.raw`-?\d+(?:\.\d+)?`
const TEXT = String.raw`'(?:[^']|'')*'`
const CAST = /::(?:"[^"]+"|[a-z_]+)(?: varying| precision| with(?:out)? time zone)?(?:\(\d+(?:,\d+)?\))?(?:\[\])?/g

/** Of more ways to keep to a CHECK, these are enough. */
const MOST_WAYS = 16

/** Reads a CHECK as PostgreSQL writes it back: the ways to keep to it that are of simple forms, none for another CHECK. */
export function readCheck(definition: string): readonly CheckForm[] {
  const [, text] = /^CHECK \((.*)\)(?: NO INHERIT)?(?: NOT VALID)?$/s.exec(definition) ?? []
  return text === undefined ? [] : readExpression(tidy(text))
}

/** Without casts, and without parentheses around what needs none. */
function tidy(text: string): string {
  // Texts stay as they are, whatever is in them.
  const texts: string[] = []
  let plain = text.replaceAll(new RegExp(TEXT, 'g'), (one) => `'${texts.push(one) - 1}'`).replaceAll(CAST, '')
  const around = new RegExp(String.raw`(?<![\p{L}\p{N}_"])\(('\d+'|${NUMBER}|${NAME})\)`, 'gu')
  for (let before = ''; before !== plain;) {
    before = plain
    plain = plain.replaceAll(around, '$1')
  }
  return plain.replaceAll(/'(\d+)'/g, (_all, index: string) => texts[Number(index)] ?? '')
}

function readExpression(text: string): readonly CheckForm[] {
  const bare = unwrap(text)
  const alternatives = splitAt(bare, ' OR ')
  if (alternatives.length > 1) return alternatives.flatMap((one) => readExpression(one))
  const parts = splitAt(bare, ' AND ')
  if (parts.length === 1) return readAtom(bare) ?? []
  return parts
    .map((part) => readExpression(part))
    .reduce((ways, more) => ways.flatMap((way) => more.map((other) => both(way, other))).slice(0, MOST_WAYS))
}

function unwrap(text: string): string {
  const bare = text.trim()
  return bare.startsWith('(') && closing(bare, 0) === bare.length - 1 ? unwrap(bare.slice(1, -1)) : bare
}

/** Where the parenthesis closes that opens at a place. */
function closing(text: string, place: number): number {
  let [depth, quoted] = [0, false]
  for (let at = place; at < text.length; at++) {
    if (text[at] === "'") quoted = !quoted
    if (quoted) continue
    if (text[at] === '(') depth += 1
    if (text[at] === ')' && (depth -= 1) === 0) return at
  }
  return -1
}

function splitAt(text: string, word: string): string[] {
  const parts: string[] = []
  let [depth, quoted, start] = [0, false, 0]
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "'") quoted = !quoted
    if (quoted) continue
    if (text[at] === '(' || text[at] === '[') depth += 1
    if (text[at] === ')' || text[at] === ']') depth -= 1
    if (depth !== 0 || !text.startsWith(word, at)) continue
    parts.push(text.slice(start, at))
    start = at + word.length
  }
  return [...parts, text.slice(start)]
}

const one = (name: string, range: Range): CheckForm => ({ ranges: new Map([[plainName(name), range]]), orders: [] })
const plainName = (name: string): string => (name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name)
const plainText = (text: string): string => text.slice(1, -1).replaceAll("''", "'")
const isKeyword = (name: string): boolean => /^(?:true|false|null|not)$/i.test(name)
const turned: Readonly<Record<string, string>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=', '=': '=', '<>': '<>' }

function readAtom(text: string): readonly CheckForm[] | undefined {
  const form = readForm(text)
  return form && [form]
}

function readForm(text: string): CheckForm | undefined {
  const match = (pattern: string): RegExpExecArray | null => new RegExp(`^(?:${pattern})$`, 'su').exec(text)
  const operator = '(<=|>=|<>|=|<|>)'
  const compared = match(`(${NAME}) ${operator} (${NUMBER}|${TEXT})`)
  if (compared) return comparison(compared[1]!, compared[2]!, compared[3]!)
  const reversed = match(`(${NUMBER}|${TEXT}) ${operator} (${NAME})`)
  if (reversed) return comparison(reversed[3]!, turned[reversed[2]!]!, reversed[1]!)
  const long = match(`(?:length|char_length|octet_length)\\((?:btrim\\()?(${NAME})\\)?\\) ${operator} (\\d+)`)
  if (long) return lengths(long[1]!, long[2]!, Number(long[3]))
  const list = match(String.raw`(${NAME}) = ANY \(?\(?ARRAY\[(.*)\]\)?\)?`)
  if (list) {
    const items = splitAt(list[2]!, ', ').map((item) => item.trim())
    const known = items.every((item) => new RegExp(`^(?:${NUMBER}|${TEXT})$`).test(item))
    return known
      ? one(list[1]!, { choices: items.map((item) => (item.startsWith("'") ? plainText(item) : item)) })
      : undefined
  }
  const filled = match(`(${NAME}) IS NOT NULL`)
  if (filled) return one(filled[1]!, { notNull: true })
  const empty = match(`(${NAME}) IS NULL`)
  if (empty) return one(empty[1]!, { isNull: true })
  const flag = match(`(NOT )?(${NAME})`)
  if (flag && !isKeyword(flag[2]!)) return one(flag[2]!, { choices: [flag[1] ? 'false' : 'true'] })
  const two = match(`(${NAME}) ${operator} (${NAME})`)
  if (!two || isKeyword(two[3]!) || two[2] === '<>') return undefined
  const [lower, upper] = two[2]!.startsWith('>') ? [two[3]!, two[1]!] : [two[1]!, two[3]!]
  return {
    ranges: new Map(),
    orders: [{ lower: plainName(lower), upper: plainName(upper), mayBeEqual: two[2]!.includes('=') }],
  }
}

function comparison(name: string, operator: string, value: string): CheckForm | undefined {
  const text = value.startsWith("'") ? plainText(value) : value
  if (operator === '=') return one(name, { choices: [text] })
  if (operator === '<>') return one(name, { not: [text] })
  const number = text.trim() === '' ? Number.NaN : Number(text)
  if (Number.isNaN(number)) return undefined
  // What is above a number is at least the next whole one.
  if (operator === '>') return one(name, { least: Math.floor(number) + 1 })
  if (operator === '<') return one(name, { most: Math.ceil(number) - 1 })
  return one(name, operator === '>=' ? { least: Math.ceil(number) } : { most: Math.floor(number) })
}

function lengths(name: string, operator: string, length: number): CheckForm | undefined {
  switch (operator) {
    case '>':
      return one(name, { shortest: length + 1 })
    case '>=':
      return one(name, { shortest: length })
    case '<':
      return one(name, { longest: length - 1 })
    case '<=':
      return one(name, { longest: length })
    case '=':
      return one(name, { shortest: length, longest: length })
    default:
      return undefined
  }
}

function both(a: CheckForm, b: CheckForm): CheckForm {
  const ranges = new Map(a.ranges)
  for (const [name, range] of b.ranges) ranges.set(name, narrow(ranges.get(name), range))
  return { ranges, orders: [...a.orders, ...b.orders] }
}

/** What two CHECKs say together. */
export function narrow(a: Range = {}, b: Range = {}): Range {
  const largest = (...values: (number | undefined)[]): number | undefined => extreme(values, Math.max)
  const smallest = (...values: (number | undefined)[]): number | undefined => extreme(values, Math.min)
  const choices =
    a.choices && b.choices ? a.choices.filter((text) => b.choices?.includes(text)) : (a.choices ?? b.choices)
  const found = {
    least: largest(a.least, b.least),
    most: smallest(a.most, b.most),
    shortest: largest(a.shortest, b.shortest),
    longest: smallest(a.longest, b.longest),
    choices,
    not: a.not || b.not ? [...(a.not ?? []), ...(b.not ?? [])] : undefined,
    notNull: a.notNull || b.notNull || undefined,
    isNull: a.isNull || b.isNull || undefined,
  }
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined))
}

function extreme(
  values: readonly (number | undefined)[],
  choose: (...numbers: number[]) => number,
): number | undefined {
  const known = values.filter((value) => value !== undefined)
  return known.length === 0 ? undefined : choose(...known)
}
