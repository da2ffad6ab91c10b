import { setImmediate } from 'node:timers/promises'
import { openBatches } from '../plan/batch-source.js'
import { baselineAbove, emptyBaseline, type TableBaseline } from '../plan/plan-input.js'
import { checkRows } from '../preflight/check-rows.js'
import { givenTables } from '../preflight/fit-tables.js'
import { LoadDriver, type LoadOptions } from './load-driver.js'
import { ownRange } from '../preflight/own-range.js'

/** A driver without a database: it plans the batches at their pace, and every one counts as committed at once. */
export class PlanDriver extends LoadDriver<LoadOptions> {
  async prepare(): Promise<readonly TableBaseline[]> {
    const { options, baselineRows } = this.options
    const range = ownRange(options)
    const tables = options.start
      ? givenTables(this.tables, options.start)
      : this.tables.map((definition) => ({
          definition,
          baseline: range ? baselineAbove(definition, range.above) : emptyBaseline,
        }))
    const input = { ...options, tables, baselineRows }
    checkRows(input)
    await this.follow(openBatches(input), input)
    return tables.map(({ baseline }) => baseline)
  }

  protected async commitNext(): Promise<boolean> {
    // Without a database there is nothing else that lets the caller have a turn.
    await setImmediate()
    const begun = performance.now()
    const batch = this.next()
    const slot = this.begin(batch)
    this.counters.sent = batch.commit
    this.acknowledge(batch, performance.now() - begun, slot)
    return true
  }

  protected cutOff(): void {
    // Nothing is waited for.
  }

  protected async close(): Promise<void> {
    // Nothing is held.
  }
}
