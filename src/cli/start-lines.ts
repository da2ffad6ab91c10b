import { info, type LogLine } from './log-line.js'
import type { Settings } from './settings.js'

/** What is about to be done, with every setting that shapes it. */
export function startLines(settings: Settings, seed: number): LogLine[] {
  const { continuous, totalBatches, batchSize, batchInterval, tables, ratio, scale, nulls, businessDate } = settings
  const mix = typeof ratio === 'object' ? `${ratio.insert}/${ratio.update}/${ratio.delete}` : (ratio ?? 'default')
  const described = [
    `batches=${continuous ? 'continuous' : totalBatches}`,
    `batch size=${batchSize}`,
    `interval=${batchInterval / 1000} s`,
    `tables=${tables}`,
    `ratio=${mix}`,
    `seed=${seed}`,
    `scale=${scale}`,
    `nulls=${nulls}`,
    ...(businessDate === undefined ? [] : [`business date=${businessDate}`]),
  ]
  return [info(`Starting the change stream: ${described.join(', ')}`)]
}
