import type { ClientConfig } from 'pg'

/**
 * Keeps pg from the PG… variables of the process, which are meant for others: PGOPTIONS could name another search path,
 * PGSSLNEGOTIATION could ask for what a server without TLS refuses. pg takes an empty value for none and looks there all the same.
 */
export function ownSettings(): Pick<ClientConfig, 'options' | 'sslnegotiation'> {
  // A pooler refuses this parameter, so it is sent only where it is needed.
  return { sslnegotiation: 'postgres', ...(process.env['PGOPTIONS'] && { options: ' ' }) }
}
