import type { DeliveryFaults } from './delivery/delivery-faults.js'
import type { EventNames } from './event-context.js'
import type { EventFormat } from './event-format.js'

/** As which events a stream gives its changes, and what goes wrong with them on their way. */
export interface FeedOptions<F extends EventFormat> {
  readonly format: F
  /** @default nothing goes wrong */
  readonly faults?: DeliveryFaults
  /** What the events call the place that they come from. @default database and schema of the target, server `cdc` */
  readonly names?: Partial<EventNames>
}
