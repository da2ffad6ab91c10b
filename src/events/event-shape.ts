import type { JsonObject } from './json-value.js'

/** The formats as far as their shape tells them apart. */
export type EventShape = 'changes' | 'debezium' | 'maxwell' | 'canal' | 'flink'

const shapes: readonly (readonly [EventShape, (event: JsonObject) => boolean])[] = [
  ['flink', ({ op }) => typeof op === 'string' && /^[+-][IUD]$/.test(op)],
  ['debezium', ({ op, source }) => typeof op === 'string' && source !== undefined],
  ['debezium', isTransactionMarker],
  ['canal', ({ isDdl }) => typeof isDdl === 'boolean'],
  ['maxwell', ({ type, database, ts }) => [type, database].every(isText) && typeof ts === 'number'],
  ['changes', ({ commit, sequence, kind }) => [commit, sequence].every(Number.isInteger) && isText(kind)],
]

/** The format of an event, or undefined where its shape is that of none. */
export function shapeOf(event: JsonObject): EventShape | undefined {
  return shapes.find(([, fits]) => fits(unwrapped(event)))?.[0]
}

/** The payload, where a JSON converter wrote it together with its schema. */
export function unwrapped(event: JsonObject): JsonObject {
  const { payload } = event
  return 'schema' in event && typeof payload === 'object' && payload !== null ? (payload as JsonObject) : event
}

/** An event of Debezium's transaction topic. */
export function isTransactionMarker({ status, id }: JsonObject): boolean {
  return (status === 'BEGIN' || status === 'END') && isText(id)
}

function isText(value: unknown): boolean {
  return typeof value === 'string'
}
