/** What JSON can hold. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject

export interface JsonObject {
  readonly [name: string]: JsonValue
}

/** A row in an event: column names with their values. */
export type JsonRow = Readonly<Record<string, string | number | boolean | null>>

/** A text, or the text of a number or a truth value; empty for anything else. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''
}

export function onlyText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** The texts of a list; none where it is no list. */
export function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map((item) => textOf(item)) : []
}

/** Some columns of a row, such as its key, with null for what it lacks; undefined where no names are given. */
export function namedColumns(names: readonly string[], row: JsonObject): JsonObject | undefined {
  return names.length > 0 ? Object.fromEntries(names.map((name) => [name, row[name] ?? null])) : undefined
}

/** The values before an UPDATE of those columns that it changed. */
export function changedColumns(before: JsonRow, after: JsonRow): JsonRow {
  return Object.fromEntries(Object.entries(before).filter(([column, value]) => after[column] !== value))
}
