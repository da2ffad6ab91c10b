import type { DatabaseClient } from '../../database/client.js'
import { connect } from '../../database/connect.js'
import { qualifiedName } from '../../database/postgres/quote.js'

import { EveryCommits } from './every-commits.js'
import { messageOf } from '../exit-code.js'
import { info, warning } from '../output/log-line.js'
import { secondsText } from '../output/wording.js'

/**
 * Vacuums the tables of a stream every so many commits, beside the load: servers of the Greenplum family may leave tables
 * of users out of their automatic VACUUM (`gp_autovacuum_scope`). What is not done when the stream ends stays undone.
 */
export class Vacuum extends EveryCommits {
  #client: DatabaseClient | undefined

  protected override cutOff(): void {
    this.#client?.destroy()
  }

  protected async work(tables: readonly string[]): Promise<void> {
    const begun = performance.now()
    try {
      const { connection } = this.stream
      // A large table takes longer than any limit that the role may have for its statements.
      const settings = { statement_timeout: '0' }
      this.#client = await connect(connection, { applicationName: 'vitest-cloudberry-cdc vacuum', settings })
      this.#client.onNotice((notice) => this.pass('VACUUM', notice))
      for (const table of tables) await this.#client.query(`VACUUM ${qualifiedName(connection.schema, table)}`)
      await this.#client.close()
      this.write(info(`Vacuumed ${tables.join(' and ')} in ${secondsText(performance.now() - begun)}`))
    } catch (error) {
      this.#client?.destroy()
      if (!this.closed) this.write(warning(`VACUUM failed, the load goes on: ${messageOf(error)}`))
    } finally {
      this.#client = undefined
    }
  }
}
