/** A record of a topic, as a connector writes it with the JSON converter. */
export interface EventRecord {
  readonly topic: string
  /** JSON; null for none. */
  readonly key: string | null
  /** JSON; null for a tombstone. */
  readonly value: string | null
  readonly headers: Readonly<Record<string, string>>
  /** @default by the key */
  readonly partition?: number
  /** Milliseconds since 1970. */
  readonly timestamp: number
}

/** Where records go: a client of a broker, a file, or what a test gives. */
export interface EventProducer {
  /** As the user knows it. */
  readonly name: string
  /** Takes records, in their order. Resolves when there is room for more. Rejects with what went wrong, in words. */
  send(records: readonly EventRecord[]): Promise<void>
  /** Resolves when all that was sent is where it belongs, and rejects where it cannot get there. */
  flush(): Promise<void>
  close(): Promise<void>
}
