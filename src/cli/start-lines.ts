import { info, type LogLine } from './log-line.js'
import { paceText } from './pace-settings.js'
import type { Replay } from './replay.js'
import type { Settings } from './settings.js'

/** What is about to be replayed or resumed. */
export function replayLines({ name, batches, options }: Replay, settings: Settings, seed: number): LogLine[] {
  const doing = options.resume === undefined ? 'Replaying' : 'Resuming'
  const shard = options.resume === undefined || settings.shard === undefined ? '' : `, shard=${settings.shard}`
  return [info(`${doing} ${name}: batches=${batches ?? 'continuous'}, ${paceText(settings)}, seed=${seed}${shard}`)]
}

/** What is about to be done, with every setting that shapes it. */
export function startLines(settings: Settings, seed: number): LogLine[] {
  const { continuous, totalBatches, batchSize, tables, ratio, scale, nulls, businessDate } = settings
  const { hazards, events, format, eventDuplicates, eventShuffle, eventLate } = settings
  const { writers, lateCommit, rollback, longTransaction } = settings
  const mix = typeof ratio === 'object' ? `${ratio.insert}/${ratio.update}/${ratio.delete}` : (ratio ?? 'default')
  const described = [
    `batches=${continuous ? 'continuous' : totalBatches}`,
    `batch size=${batchSize}`,
    paceText(settings),
    `tables=${tables}`,
    `ratio=${mix}`,
    ...Object.entries(hazards ?? {}).map(([hazard, share]) => `${hazard}=${share}`),
    ...(writers === 1 ? [] : [`writers=${writers}`]),
    ...(lateCommit === 0 ? [] : [`late commit=${lateCommit}`]),
    ...(rollback === 0 ? [] : [`rollback=${rollback}`]),
    ...(longTransaction === 0 ? [] : [`long transaction=${longTransaction}`]),
    `seed=${seed}`,
    ...(settings.shard === undefined ? [] : [`shard=${settings.shard}`]),
    ...(settings.base === undefined ? [] : [`base=${settings.base}`]),
    `scale=${scale}`,
    `nulls=${nulls}`,
    ...(businessDate === undefined ? [] : [`business date=${businessDate}`]),
    ...(events === undefined ? [] : [`events=${events}`, `format=${format}`]),
    ...(eventDuplicates === 0 ? [] : [`event duplicates=${eventDuplicates}`]),
    ...(eventShuffle === 0 ? [] : [`event shuffle=${eventShuffle}`]),
    ...(eventLate === 0 ? [] : [`event late=${eventLate}`]),
    ...(settings.record === undefined ? [] : [`record=${settings.record}`]),
  ]
  return [info(`Starting the change stream: ${described.join(', ')}`)]
}
