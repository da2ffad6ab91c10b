import type { StreamOptions } from '../options/option-table.js'
import type { StreamEvent } from '../driver/stream-event.js'

/** What a stream can be told. All of it is optional. */
export interface CdcOptions extends StreamOptions {
  /** Is told what happens, as it happens. */
  readonly observe?: (event: StreamEvent) => void
  /** Stops the stream: the batch in flight is finished, nothing further is begun. */
  readonly signal?: AbortSignal
}
