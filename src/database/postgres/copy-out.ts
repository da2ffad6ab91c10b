import type { ClientBase } from 'pg'
import { to as copyTo } from 'pg-copy-streams'

/** The rows of a query in the text format of COPY, cut into chunks anywhere. */
export async function* copyOut(client: ClientBase, query: string, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  signal?.throwIfAborted()
  const stream = client.query(copyTo(`COPY (${query}) TO STDOUT`))
  for await (const chunk of stream) {
    signal?.throwIfAborted()
    yield chunk as Uint8Array
  }
}
