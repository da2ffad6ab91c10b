/** A text, a name, a number, a word, an operator, or one character; what charset a text is of stands before it. */
const TOKENS =
  /(?:_\w+\s*)?'((?:[^'\\]|''|\\.)*)'|`((?:[^`]|``)+)`|"((?:[^"]|"")+)"|\d+(?:\.\d+)?|[\p{L}_][\p{L}\p{N}_$]*|<=|>=|<>|!=|\s+|./gsu

/** A CHECK as PostgreSQL would write it back, as far as it is of simple forms; and the columns that it names. */
export function checkWords(clause: string): { readonly words: string; readonly names: readonly string[] } {
  const names: string[] = []
  const tokens = [...clause.matchAll(TOKENS)].map(([token, text, name, quoted]): string => {
    if (text !== undefined) return `'${plainText(text).replaceAll("'", "''")}'`
    if (name !== undefined || quoted !== undefined) {
      const plain = name?.replaceAll('``', '`') ?? quoted!.replaceAll('""', '"')
      names.push(plain)
      return `"${plain.replaceAll('"', '""')}"`
    }
    if (/^\s+$/.test(token)) return ' '
    if (token === '!=') return '<>'
    return /^(?:and|or|not|is|null|in|between)$/i.test(token) ? token.toUpperCase() : token
  })
  const words = asArrays(tokens.join('').replaceAll(/'[^']*'|( ) +/g, (all, blank?: string) => blank ?? all))
  return { words: `CHECK ((${words}))`, names: [...new Set(names)] }
}

/** A text of SQL, without the quotes around it. */
export function plainText(text: string): string {
  return text.replaceAll(/''|\\(.)/gs, (_all, escaped?: string) => {
    if (escaped === undefined) return "'"
    return { n: '\n', t: '\t', r: '\r', 0: '\0' }[escaped] ?? escaped
  })
}

const NAME = String.raw`"(?:[^"]|"")+"`
const VALUE = String.raw`-?\d+(?:\.\d+)?|'(?:[^']|'')*'`
const IN = new RegExp(String.raw`(${NAME}) IN \(((?:${VALUE})(?:,\s*(?:${VALUE}))*)\)`, 'gu')
const BETWEEN = new RegExp(String.raw`(${NAME}) BETWEEN (${VALUE}) AND (${VALUE})`, 'gu')
const COMMA = new RegExp(String.raw`(${VALUE})|,\s*`, 'gu')

function asArrays(text: string): string {
  return text
    .replaceAll(IN, (_all, name: string, list: string) => {
      return `(${name} = ANY (ARRAY[${list.replaceAll(COMMA, (_one, value?: string) => value ?? ', ')}]))`
    })
    .replaceAll(BETWEEN, '($1 >= $2 AND $1 <= $3)')
}
