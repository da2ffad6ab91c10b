/** The formats of change events, by name. */
export const eventFormats = ['changes', 'debezium-mysql', 'debezium-postgres', 'maxwell', 'canal', 'flink'] as const

export type EventFormat = (typeof eventFormats)[number]
