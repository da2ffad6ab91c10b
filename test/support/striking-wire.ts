import { setImmediate } from 'node:timers/promises'
import type { ConnectionOptions } from '../../src/database/connection/connection.js'
import { openWire } from '../../src/wire/session/open-wire.js'
import type { Place, Treatment } from '../../src/wire/place.js'
import type { Strike } from './proxy.js'

/** A wire that can lose what statements and their answers say. */
export interface StrikingWire extends AsyncDisposable {
  readonly connection: ConnectionOptions
  /** Asked at every COMMIT, with its number; undefined lets it pass. */
  onCommit: (count: number) => Strike | undefined
  /** Asked at every message of a statement; undefined lets it pass. */
  onMessage: (message: Buffer) => Strike | undefined
  /** Cuts off all clients. */
  cut(): void
}

/** Opens a wire before a server. While a strike acts, the statements of others have to wait. */
export async function openStrikingWire(target: ConnectionOptions): Promise<StrikingWire> {
  let commits = 0
  let acting: Promise<void> = Promise.resolve()
  const strikes: Pick<StrikingWire, 'onCommit' | 'onMessage'> = {
    onCommit: () => undefined,
    onMessage: () => undefined,
  }
  const treatmentAt = ({ statement, session }: Place): Treatment => {
    let isStruck = false
    const act = async (strike: Strike): Promise<void> => {
      // What is forwarded is on its way then.
      await setImmediate()
      await strike.act().finally(() => strike.cut ?? wire.cut(({ number }) => number === session))
    }
    return {
      onMessage: ({ bytes }) => {
        if (isStruck) return { send: [] }
        const strike = (statement === 'COMMIT' ? strikes.onCommit(++commits) : undefined) ?? strikes.onMessage(bytes)
        if (!strike) return undefined
        isStruck = true
        acting = act(strike)
        return strike.forward ? undefined : { send: [] }
      },
      onAnswer: () => (isStruck ? [] : undefined),
    }
  }
  const wire = await openWire({
    connection: target,
    onPlace: async (place) => {
      await acting.catch(() => {})
      return treatmentAt(place)
    },
  })
  return Object.assign(strikes, {
    connection: wire.connection,
    cut: () => wire.cut(),
    [Symbol.asyncDispose]: async () => {
      await wire.close()
      await acting.catch(() => {})
    },
  })
}
