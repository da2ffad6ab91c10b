import { parentPort, workerData } from 'node:worker_threads'
import type { ConnectionOptions } from '../src/database/connection/connection.js'
import { openWire } from '../src/wire/session/open-wire.js'

/*
 * A thread with a wire to the database that it is given, and another one that holds each statement, for nothing. It tells their ports,
 * and ends when it is told anything.
 */
const connection = workerData as ConnectionOptions
const wires = [await openWire({ connection }), await openWire({ connection, onPlace: () => Promise.resolve() })]
parentPort!.postMessage(wires.map((wire) => wire.connection.port))
parentPort!.once('message', () => void Promise.all(wires.map((wire) => wire.close())))
