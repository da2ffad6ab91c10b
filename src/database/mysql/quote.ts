/** A name as MySQL has it. */
export function quoteName(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``
}

/** A text as MySQL has it, where backslashes escape. */
export function quoteText(text: string): string {
  return `'${text.replaceAll(/[\\']/g, '\\$&').replaceAll('\0', '\\0')}'`
}

/** `database.table`, quoted. */
export function tableName(database: string, table: string): string {
  return `${quoteName(database)}.${quoteName(table)}`
}
