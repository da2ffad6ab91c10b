/** Words that cannot be the name of a constant in a module, and names that a draft uses itself. */
const TAKEN =
  'await break case catch class const continue debugger default delete do else enum export extends false finally for function if implements import in instanceof interface let new null package private protected public return static super switch this throw true try typeof undefined var void while with yield arguments eval defineTable Random TableDefinition'.split(
    ' ',
  )

/** The name of a table as the name of a constant: `order_lines` is `orderLines`. */
export function exportNames(tables: readonly string[]): Map<string, string> {
  const names = new Map<string, string>()
  const used = new Set(TAKEN)
  for (const table of tables) {
    const words = table.split(/[^\p{ID_Continue}]+|_+/u).filter((word) => word !== '')
    const camel = words
      .map((word, index) => (index === 0 ? word[0]!.toLowerCase() : word[0]!.toUpperCase()) + word.slice(1))
      .join('')
    const base = /^\p{ID_Start}/u.test(camel) ? camel : `table${camel}`
    let name = base
    for (let count = 2; used.has(name); count++)
      name = TAKEN.includes(base) && count === 2 ? `${base}Table` : `${base}${count}`
    used.add(name)
    names.set(table, name)
  }
  return names
}
