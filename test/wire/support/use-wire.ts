import { onTestFinished } from 'vitest'
import { openWire } from '../../../src/wire/session/open-wire.js'
import type { Place } from '../../../src/wire/place.js'
import type { Wire, WireOptions } from '../../../src/wire/wire.js'
import { testConnection } from '../../support/server.js'

/** Opens a wire to the run's server for the current test. Not for concurrent tests. */
export async function useWire(options: Partial<WireOptions> = {}): Promise<Wire> {
  const wire = await openWire({ connection: testConnection(), ...options })
  onTestFinished(() => wire.close())
  return wire
}

/** Places as a test writes them down. */
export function told(places: readonly Place[]): string[] {
  return places.map(({ statement, occurrence }) => (occurrence === 1 ? statement : `${statement} #${occurrence}`))
}
