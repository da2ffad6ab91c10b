import type { Pool } from 'pg'

/** The job under test, which somebody has forgotten to write. */
export async function copySales(_pool: Pool): Promise<void> {}
