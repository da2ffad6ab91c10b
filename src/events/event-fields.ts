import { OptionsError } from '../errors.js'

const SHOWN = 80

export interface Beside {
  /** The schema that a JSON converter wrote. */
  readonly schema?: JsonObject | undefined
  /** The key of the message that the event came in. */
  readonly key?: JsonObject | undefined
  readonly headers?: JsonObject | undefined
}

/** The fields of one event, which are there and of their type, or an error says that they are not. */
export class EventFields {
  /** Which event, from 0 on. */
  readonly index: number
  readonly object: JsonObject
  /** What came beside it: its schema, the key and the headers of its message. */
  readonly beside: Beside
  /** What the event is to be, for messages. */
  readonly #what: string

  constructor(index: number, object: JsonObject, what: string, beside: Beside = {}) {
    this.index = index
    this.object = object
    this.beside = beside
    this.#what = what
  }

  text(name: string): string {
    const value = this.object[name]
    return typeof value === 'string' ? value : this.fail(`with a text \`${name}\``, value)
  }

  /** A number, which some converters write as a text. */
  number(name: string): number {
    const value = this.object[name]
    const number = typeof value === 'string' && value !== '' ? Number(value) : value
    return typeof number === 'number' && Number.isFinite(number)
      ? number
      : this.fail(`with a number \`${name}\``, value)
  }

  optionalNumber(name: string): number | undefined {
    return this.has(name) ? this.number(name) : undefined
  }

  row(name: string): JsonObject {
    const value = this.object[name]
    return isObject(value) ? value : this.fail(`with a row \`${name}\``, value)
  }

  optionalRow(name: string): JsonObject | undefined {
    return this.has(name) ? this.row(name) : undefined
  }

  list(name: string): readonly JsonValue[] {
    const value = this.object[name]
    return Array.isArray(value) ? value : this.fail(`with a list \`${name}\``, value)
  }

  rows(name: string): readonly JsonObject[] {
    return this.list(name).map((row) => (isObject(row) ? row : this.fail(`with rows \`${name}\``, row)))
  }

  /** Another object that stands for the same event. */
  with(object: JsonObject): EventFields {
    return new EventFields(this.index, object, this.#what, this.beside)
  }

  has(name: string): boolean {
    return this.object[name] !== undefined && this.object[name] !== null
  }

  fields(name: string): EventFields {
    return this.with(this.row(name))
  }

  fail(expectation: string, got: JsonValue | undefined): never {
    throw eventError(this.index, `${this.#what} ${expectation}`, got)
  }
}

/** @param hint a sentence on what to do */
export function eventError(index: number, expectation: string, got: unknown, hint = ''): OptionsError {
  const text = got === undefined ? 'nothing' : `\`${typeof got === 'string' ? got : shown(got)}\``
  const short = text.length > SHOWN ? `${text.slice(0, SHOWN)}…\`` : text
  return new OptionsError(`Expected \`events[${index}]\` to be ${expectation}, got ${short}.${hint && ` ${hint}`}`)
}

function shown(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner))
}

/** The row before an UPDATE of whose columns the event has what changed only; nothing is known of it where that is no row. */
export function rowBefore(row: JsonObject, changed: JsonValue | undefined): JsonObject | undefined {
  return isObject(changed) ? { ...row, ...changed } : undefined
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
}

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
export function namedColumns(row: JsonObject, names: readonly string[]): JsonObject | undefined {
  return names.length > 0 ? Object.fromEntries(names.map((name) => [name, row[name] ?? null])) : undefined
}

/** The values before an UPDATE of those columns that it changed. */
export function changedColumns(before: JsonRow, after: JsonRow): JsonRow {
  return Object.fromEntries(Object.entries(before).filter(([column, value]) => after[column] !== value))
}
