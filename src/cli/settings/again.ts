import { readText } from '../read-value.js'
import type { SettingGroup } from './setting.js'

/** What it takes to make changes again, or to go on. */
export interface AgainSettings {
  /** A file for the change script. */
  readonly record: string | undefined
  /** A file or a token. */
  readonly resume: string | undefined
}

export const againSettings: SettingGroup<AgainSettings> = {
  record: {
    flags: '--record <file>',
    env: 'CDC_RECORD',
    help: 'write the changes to this file, which must be a new one, for `cloudberry-cdc replay`',
    shown: 'no file',
    fallback: undefined,
    read: readText,
  },
  resume: {
    flags: '--resume <file-or-token>',
    env: 'CDC_RESUME',
    help: 'go on with a run whose process died, by its token or its file of --record, from the last commit that its tables show',
    shown: 'a new run',
    fallback: undefined,
    read: readText,
  },
}
