import { Client } from 'pg'
import { CloudberryContainer } from 'vitest-cloudberry-cdc/container'

/** Starts a cluster for as long as it takes to ask it something; run by test/container. */
export async function askCluster(image: string, query: string): Promise<unknown> {
  // #region container
  await using container = await new CloudberryContainer(image).withDatabase('demo').withStartupTimeout(600_000).start() // resolves once all segments are up
  const client = new Client({ connectionString: container.getConnectionUri() })
  await client.connect()
  const { rows } = await client.query<unknown[]>({ text: query, rowMode: 'array' })
  await client.end()
  // #endregion container
  return rows[0]?.[0]
}
