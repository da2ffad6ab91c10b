import { qualifiedName } from '../../database/postgres/quote.js'
import { EveryCommits } from './every-commits.js'
import { messageOf } from '../exit-code.js'
import { info, warning } from '../output/log-line.js'
import { secondsText } from '../output/wording.js'

/**
 * Analyzes the tables of a stream every so many commits, between two batches: for jobs whose plans are to fit the tables as
 * they are. The load itself finds its rows without.
 */
export class Analyze extends EveryCommits {
  protected async work(tables: readonly string[]): Promise<void> {
    const begun = performance.now()
    try {
      const { schema } = this.stream.connection
      await this.stream.during(async (client) => {
        // A large table takes longer than any limit that the role may have for its statements.
        await client.query('SET statement_timeout = 0')
        client.on('notice', (notice) => this.pass('ANALYZE', notice))
        for (const table of tables) await client.query(`ANALYZE ${qualifiedName(schema, table)}`)
      })
      this.write(info(`Analyzed ${tables.join(' and ')} in ${secondsText(performance.now() - begun)}`))
    } catch (error) {
      const { state } = this.stream
      if (state === 'stopped' || state === 'failed') return
      this.write(warning(`ANALYZE failed, the load goes on: ${messageOf(error)}`))
    }
  }
}
