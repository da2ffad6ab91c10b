import type { EventProducer, EventRecord } from './event-record.js'

const AT_A_TIME = 1000

interface Recorded {
  readonly records: readonly EventRecord[]
}

/**
 * Hands the records of commits to a producer, as `cdcStream.commits({ format, records })` gives them, and closes it. Resolves when
 * the last one is where it belongs.
 *
 * @param onSent is told of each commit when the producer has taken it; the next one waits for it
 * @throws what the producer throws, and what ended the stream
 */
export async function produceRecords<C extends Recorded>(
  commits: AsyncIterable<C>,
  producer: EventProducer,
  onSent: (commit: C) => Promise<void> | void = () => {},
): Promise<void> {
  try {
    for await (const commit of commits) {
      const { records } = commit
      for (let from = 0; from < records.length; from += AT_A_TIME) {
        await producer.send(records.slice(from, from + AT_A_TIME))
      }
      await onSent(commit)
    }
    await producer.flush()
  } catch (error) {
    // What it says now is of no interest beside what went wrong.
    await producer.close().catch(() => {})
    throw error
  }
  await producer.close()
}
