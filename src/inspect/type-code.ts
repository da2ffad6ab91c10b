import type { Range } from './check-forms.js'
import { grouped, type KeyCode, type KeyedCode, LARGE } from './code.js'
import type { DraftColumn } from './draft-column.js'

/** How values of a type come about whose cells are texts: drawn, or from a number that no other row has. */
interface TextCode {
  readonly pattern: RegExp
  drawn(random: string, type: string): string
  keyed(number: string, type: string, limits: Range | undefined): KeyedCode
}

/** Seconds of 2024. */
const YEAR = '31_622_400'
/** 1 January 2100: behind what stands there. */
const LATER = '4_102_444_800_000'
/** 1 January 2025, in seconds: of moments that end before that. */
const SOONER = 1_735_689_600

const among = (number: string, values: number): string => `(${number} % ${grouped(values)})`

const timestamp: TextCode = {
  pattern: /^timestamp/,
  drawn: (random, type) =>
    zoned(`Date.UTC(2024, 0, 1) + ${random}.below(${YEAR}) * 1000${thousandths(random, type)}`, type),
  keyed: (number, type, limits) => {
    if (limits?.most === undefined) return { code: zoned(`${LATER} + ${number} * 1000`, type), values: LARGE }
    const values = limits.most - SOONER
    return { code: zoned(`(${grouped(SOONER)} + ${among(number, values)}) * 1000`, type), values }
  },
}

function zoned(milliseconds: string, type: string): string {
  const text = `timestampText(${milliseconds})`
  return type.startsWith('timestamptz') ? `\`\${${text}}+00\`` : text
}

const thousandths = (random: string, type: string): string =>
  Number(/\d/.exec(type)?.[0] ?? 6) >= 3 ? ` + ${random}.below(1000)` : ''

const lengthOf = (type: string): number => Number(/\d+/.exec(type)?.[0] ?? 8)

const codes: readonly TextCode[] = [
  timestamp,
  {
    pattern: /^time/,
    drawn: (random) => `timestampText(${random}.below(86_400) * 1000).slice(11)`,
    keyed: (number) => ({ code: `timestampText(${among(number, 86_400)} * 1000).slice(11)`, values: 86_400 }),
  },
  {
    pattern: /^interval$/,
    drawn: (random) => `\`\${${random}.between(2, 99)} days\``,
    keyed: (number) => ({ code: `\`\${${number} + 1} days\``, values: LARGE }),
  },
  {
    pattern: /^float4$/,
    drawn: (random) => `String(${random}.between(1, 9_999) / 4)`,
    keyed: (number) => ({ code: `String(1 + ${among(number, 999_998)})`, values: 999_998 }),
  },
  {
    pattern: /^(?:float8|numeric)$/,
    drawn: (random) => `String(${random}.between(1, 999_999) / 4)`,
    keyed: (number) => ({ code: `String(${number})`, values: LARGE }),
  },
  {
    pattern: /^uuid$/,
    drawn: (random) => `\`\${${random}.next().toString(16).padStart(8, '0')}-0000-4000-8000-000000000000\``,
    keyed: (number) => ({
      code: `\`00000000-0000-4000-8000-\${${number}.toString(16).padStart(12, '0')}\``,
      values: LARGE,
    }),
  },
  {
    pattern: /^bytea$/,
    drawn: (random) => `\`\\\\x\${${random}.next().toString(16).padStart(8, '0')}\``,
    keyed: (number) => ({ code: `\`\\\\x\${${number}.toString(16).padStart(14, '0')}\``, values: LARGE }),
  },
  {
    pattern: /^jsonb?$/,
    drawn: (random) => `\`{"number": \${${random}.below(10_000)}}\``,
    keyed: (number) => ({ code: `\`{"number": \${${number}}}\``, values: LARGE }),
  },
  {
    pattern: /^inet$/,
    drawn: (random) => `\`10.\${${random}.below(256)}.\${${random}.below(256)}.\${${random}.below(256)}\``,
    keyed: (number) => ({
      code: `\`10.\${(${number} >> 16) & 255}.\${(${number} >> 8) & 255}.\${${number} & 255}\``,
      values: 0x100_0000,
    }),
  },
  {
    pattern: /^cidr$/,
    drawn: (random) => `\`10.\${${random}.below(256)}.\${${random}.below(256)}.0/24\``,
    keyed: (number) => ({ code: `\`10.\${(${number} >> 8) & 255}.\${${number} & 255}.0/24\``, values: 0x1_0000 }),
  },
  {
    pattern: /^(?:bit|varbit)/,
    drawn: (random, type) => {
      const digits = Math.min(lengthOf(type), 30)
      return `${random}.below(${grouped(2 ** digits)}).toString(2).padStart(${lengthOf(type)}, '0')`
    },
    keyed: (number, type) => {
      const values = 2 ** Math.min(lengthOf(type), 30)
      return { code: `${among(number, values)}.toString(2).padStart(${lengthOf(type)}, '0')`, values }
    },
  },
]

/** How values of such a type are drawn; undefined for other types. */
export function drawnOfType(type: string, random: string): string | undefined {
  return codeOf(type)?.drawn(random, type)
}

/** How values of such a type follow from a key; undefined for other types. */
export function keyedOfType({ type, limits }: DraftColumn, { number }: KeyCode): KeyedCode | undefined {
  return codeOf(type)?.keyed(number, type, limits)
}

function codeOf(type: string): TextCode | undefined {
  return type.endsWith('[]') ? undefined : codes.find(({ pattern }) => pattern.test(type))
}
