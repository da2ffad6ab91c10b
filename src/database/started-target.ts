import type { ConnectionOptions } from './connection/connection.js'

/** A database that can be connected to. Disposing it ends what was started for it and leaves what was there before. */
export interface StartedTarget extends AsyncDisposable {
  readonly kind: 'embedded' | 'container' | 'configured'
  readonly connection: ConnectionOptions
  /** Whether missing tables are ours to create without being asked: true for a database that we started. */
  readonly createTables: boolean
}
