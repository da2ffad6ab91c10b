/** A format of feeds that has forms of its own for some types. */
export type Feed = 'debezium' | 'maxwell' | 'canal' | 'flink'

/** A column type whose cells are texts: those that PostgreSQL writes in its default styles, in the time zone UTC. */
export interface TextType {
  /** As it stands in a definition, such as `timestamp(3)`. */
  readonly pattern: RegExp
  /** What a cell is to be, in words, with an example. */
  readonly cells: string
  /**
   * The cell of a text in any form in which the server, a driver or a feed writes the value; undefined for what is no
   * value of the type. A cell is its own.
   */
  readonly normal: (text: string, type: string) => string | undefined
  /** A text of a value that drivers and jobs give as something else; undefined where the value has one of its own. */
  readonly textOf?: (value: unknown, type: string) => string | undefined
  /** A text of what feeds write in a form of their own, such as numbers and base64; undefined where `textOf` says it. */
  readonly ofEvent?: (value: string | number | boolean, type: string) => string | undefined
  /** What a feed writes for a cell; undefined where it writes the cell itself. */
  readonly toEvent?: (cell: string, type: string, feed: Feed) => string | number | boolean | undefined
  /** Whether a column of the database of this type, as the catalog writes it, holds every value unchanged. */
  readonly isHeldBy: (actual: string, type: string) => boolean
}
