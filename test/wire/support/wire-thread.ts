import { parentPort } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import { connect } from '../../../src/target/connect.js'
import { type RemoteWireOptions, serveWire } from '../../../src/wire/serve-wire.js'

/** A thread that holds wires. What is done at a place is an SQL statement, in a session of the thread's own. */
parentPort!.on('message', ({ port, options }: { port: MessagePort; options: RemoteWireOptions }) => {
  void serveWire<string>(port, options, async (sql) => {
    const client = await connect(options.connection)
    await client.query(sql)
    await client.end()
  })
})
