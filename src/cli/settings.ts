import { type AgainSettings, againSettings } from './settings/again.js'
import { type ChangeSettings, changeSettings } from './settings/changes.js'
import { type EventSettings, eventSettings } from './settings/events.js'
import { type LoadSettings, loadSettings } from './settings/load.js'
import { type OutputSettings, outputSettings } from './settings/output.js'
import { type OverlapSettings, overlapSettings } from './settings/overlap.js'
import type { SettingGroup } from './settings/setting.js'
import { type ShardSettings, shardSettings } from './settings/shards.js'
import { type TargetSettings, targetSettings } from './settings/target.js'

export type { Setting } from './settings/setting.js'

/** Everything the command line can be told, by the name that commander gives the option. */
export interface Settings
  extends
    LoadSettings,
    ChangeSettings,
    OverlapSettings,
    ShardSettings,
    TargetSettings,
    EventSettings,
    AgainSettings,
    OutputSettings {}

/** All settings, in the order in which the help lists them. */
export const settingTable: SettingGroup<Settings> = {
  ...loadSettings,
  ...changeSettings,
  ...overlapSettings,
  ...shardSettings,
  ...targetSettings,
  ...eventSettings,
  ...againSettings,
  ...outputSettings,
}
