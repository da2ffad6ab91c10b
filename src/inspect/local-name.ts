/** A name in camel case, from that of a table: `order_lines` is `orderLines`. */
export function camelCase(table: string): string {
  const words = table.split(/[^\p{ID_Continue}]+|_+/u).filter((word) => word !== '')
  const camel = words
    .map((word, index) => (index === 0 ? word[0]!.toLowerCase() : word[0]!.toUpperCase()) + word.slice(1))
    .join('')
  return /^\p{ID_Start}/u.test(camel) ? camel : `table${camel}`
}

/** The name of a constant of a row, of which there may be others in its code. */
export function localName(table: string, ending: string, used: Set<string>): string {
  const base = `${camelCase(table)}${ending}`
  let name = base
  for (let count = 2; used.has(name); count++) name = `${base}${count}`
  used.add(name)
  return name
}
