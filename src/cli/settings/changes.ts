import type { HazardOptions, MixWeights } from '../../options/cdc-options.js'
import { readHazards } from '../read-hazards.js'
import { readRatio } from '../read-ratio.js'
import { readChoice, readNumber, readText } from '../read-value.js'
import type { SettingGroup } from './setting.js'

const nulls = ['tpcds', 'none'] as const

/** What the changes are made of. */
export interface ChangeSettings {
  readonly ratio: number | MixWeights | undefined
  readonly hazards: HazardOptions | undefined
  readonly seed: number | undefined
  readonly scale: number
  readonly nulls: 'tpcds' | 'none'
  readonly businessDate: string | undefined
}

export const changeSettings: SettingGroup<ChangeSettings> = {
  ratio: {
    flags: '--ratio <mix>',
    env: 'CDC_RATIO',
    help: 'weights INSERT/UPDATE/DELETE such as 70/20/10, or a number r from 0 to 0.5 for r/2 UPDATEs and r/2 DELETEs',
    shown: '1-2 UPDATEs and 1-2 DELETEs in every 800 changes',
    fallback: undefined,
    read: readRatio,
  },
  hazards: {
    flags: '--hazards <list>',
    env: 'CDC_HAZARDS',
    help: 'what makes life hard for readers of the changes, with shares from 0 to 1, such as hotKeys=0.5,sameKeyChains=0.1,reinsert=0.1,noopUpdates=0.1',
    shown: 'none',
    fallback: undefined,
    read: readHazards,
  },
  seed: {
    flags: '--seed <number>',
    env: 'CDC_SEED',
    help: 'an integer from which all changes follow',
    shown: 'random, and reported',
    fallback: undefined,
    read: readNumber('42'),
  },
  scale: {
    flags: '--scale <factor>',
    env: 'CDC_SCALE',
    help: 'TPC-DS scale factor; sets the key ranges',
    fallback: 1,
    read: readNumber('10'),
  },
  nulls: {
    flags: '--nulls <how>',
    env: 'CDC_NULLS',
    help: 'NULLs as TPC-DS draws them, or none',
    choices: nulls,
    fallback: 'tpcds',
    read: readChoice(nulls),
  },
  businessDate: {
    flags: '--business-date <YYYY-MM-DD>',
    env: 'CDC_BUSINESS_DATE',
    help: 'the day of every sale',
    shown: 'drawn from 1998 to 2003',
    fallback: undefined,
    read: readText,
  },
}
