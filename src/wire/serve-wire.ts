import type { MessagePort } from 'node:worker_threads'
import { openWire } from './open-wire.js'
import type { Place } from './place.js'
import type { Reply, RemoteCalls, Request } from './remote-calls.js'
import type { Treatment } from './treatment.js'
import type { Wire, WireOptions } from './wire.js'

/** What of a wire's options can be sent to another thread. */
export type RemoteWireOptions = Omit<WireOptions, 'onPlace' | 'signal'>

/**
 * Opens a wire on this thread for `remoteWire()` on the other end of the port. It is closed when it is told so, or when the
 * port closes.
 *
 * @param perform Does what is asked for at a place, on this thread: the other one may be blocked
 */
export async function serveWire<Deed>(
  port: MessagePort,
  options: RemoteWireOptions,
  perform: (deed: Deed, place: Place) => Promise<Treatment | void>,
): Promise<void> {
  const say = (reply: Reply): void => port.postMessage(reply)
  let wire: Wire
  try {
    wire = await openWire(options)
  } catch (error) {
    say({ type: 'failed', message: (error as Error).message })
    return port.close()
  }
  port.on('close', () => void wire.close())
  const calls: RemoteCalls<Deed> = {
    places: () => wire.places(),
    stats: () => wire.stats(),
    restart: () => wire.restart(),
    sessions: () => wire.sessions(),
    cut: (sessions) => wire.cut(sessions && (({ number }) => sessions.includes(number))),
    atPlaces: (deeds) => {
      wire.setHook(
        deeds &&
          ((place) => {
            const deed = deeds.get(place.id)
            return deed === undefined ? undefined : perform(deed, place)
          }),
      )
    },
    close: () => {},
  }
  port.on('message', (request: Request<Deed>) => {
    const { call, method } = request
    if (method === 'close') {
      void wire.close().then(() => {
        say({ type: 'result', call, value: undefined })
        port.close()
      })
      return
    }
    say({ type: 'result', call, value: answer(calls, request) })
  })
  say({ type: 'open', connection: wire.connection })
}

function answer<Deed>(calls: RemoteCalls<Deed>, request: Request<Deed>): unknown {
  switch (request.method) {
    case 'cut':
      return calls.cut(...request.args)
    case 'atPlaces':
      return calls.atPlaces(...request.args)
    default:
      return calls[request.method]()
  }
}
