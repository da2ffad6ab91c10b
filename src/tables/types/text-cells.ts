import type { CellType, Encoding, EventScalar } from './cell-type.js'
import { textOf as anyText } from './value-text.js'

/** A type whose cells are texts: those that PostgreSQL writes in its default styles, in the time zone UTC. */
interface TextCells extends Pick<CellType, 'parameters' | 'normal' | 'textOf' | 'isHeldBy' | 'canal' | 'stamp'> {
  /** What a cell is to be, in words, with an example. */
  readonly cells: string
  /** A text of what feeds write in a form of their own, such as numbers and base64; undefined where `textOf` says it. */
  readonly ofEvent?: (value: EventScalar, type: string) => string | undefined
  /** What a feed writes for a cell; undefined where it writes the cell itself. */
  readonly toEvent?: (cell: string, type: string, feed: NonNullable<Encoding['feed']>) => EventScalar | undefined
}

/**
 * A type whose cells are what `normal` makes of any text in which the server, a driver or a feed writes the value. A cell is
 * its own normal text.
 */
export function textCells({ cells, ofEvent, toEvent, ...form }: TextCells): CellType {
  const { normal, textOf } = form
  const eventText = (value: unknown, type: string): string | undefined => {
    const isScalar = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    const text = isScalar ? ofEvent?.(value, type) : undefined
    return text === undefined ? undefined : normal(text, type)
  }
  return {
    ...form,
    expected: (cell, type) => {
      const text = typeof cell === 'string' ? normal(cell, type) : undefined
      if (text === undefined) return cells
      return text === cell ? undefined : `${cells}; this one is written ${text}`
    },
    ofText: normal,
    reader: (type) => (value) => {
      const text = textOf?.(value, type) ?? anyText(value)
      return normal(text, type) ?? text
    },
    // What is none of the type stays the text that it is, for the comparison to say so.
    decode: (value, type) => {
      if (typeof value === 'string') return normal(value, type) ?? eventText(value, type) ?? value
      const text = eventText(value, type) ?? textOf?.(value, type) ?? anyText(value)
      return normal(text, type) ?? text
    },
    encode: (value, type, { feed }) => {
      if (typeof value !== 'string') return value as EventScalar
      return (feed && toEvent?.(value, type, feed)) ?? value
    },
  }
}
