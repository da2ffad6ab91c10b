/** What JSON can hold. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject

export interface JsonObject {
  readonly [name: string]: JsonValue
}

/** A row in an event: column names with their values. */
export type JsonRow = Readonly<Record<string, string | number | boolean | null>>
