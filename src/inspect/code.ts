export const LARGE = Number.MAX_SAFE_INTEGER

/** TypeScript of a row's key: as a number, and where either a number or a text will do. */
export interface KeyCode {
  readonly number: string
  readonly text: string
}

/** A value that follows from the key of a row, and how many of them there are. */
export interface KeyedCode {
  readonly code: string
  /** Of more rows, some have the same value. */
  readonly values: number
}

/** A number as TypeScript. */
export function grouped(value: number): string {
  return String(value).replaceAll(/\B(?=(\d{3})+$)/g, '_')
}

/** A text as TypeScript, in single quotes where that is possible. */
export function quote(text: string): string {
  return /['\\\p{C}]/u.test(text) ? JSON.stringify(text) : `'${text}'`
}

export const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ')
