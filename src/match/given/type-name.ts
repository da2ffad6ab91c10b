/** What kind of value this is in JavaScript, for a message: `string`, `Date`, `DuckDBDecimalValue`. */
export function typeName(value: unknown): string {
  if (typeof value !== 'object') return typeof value
  if (value === null) return 'null'
  const { constructor } = value
  // One letter is the name of a minified class.
  return typeof constructor === 'function' && constructor.name.length > 1 ? constructor.name : 'object'
}
