import { readChoice, readSwitch, readText } from '../read-value.js'
import type { SettingGroup } from './setting.js'

const targets = ['auto', 'embedded', 'container', 'configured', 'none'] as const

/** Where it is written to. */
export interface TargetSettings {
  readonly target: 'auto' | 'embedded' | 'container' | 'configured' | 'none'
  readonly createTables: boolean
  readonly dataDir: string | undefined
}

export const targetSettings: SettingGroup<TargetSettings> = {
  target: {
    flags: '--target <where>',
    env: 'CDC_TARGET',
    help: 'the database: embedded is started for the run, container is a Docker container of CDC_CONTAINER_IMAGE, configured is the one of CLOUDBERRY_HOST, auto is configured if CLOUDBERRY_HOST is set, else embedded; none writes change events only',
    choices: targets,
    fallback: 'auto',
    read: readChoice(targets),
  },
  createTables: {
    flags: '--create-tables',
    env: 'CDC_CREATE_TABLES',
    help: 'create tables that are missing; always done on an embedded database',
    fallback: false,
    read: readSwitch,
  },
  dataDir: {
    flags: '--data-dir <folder>',
    env: 'CDC_DATA_DIR',
    help: 'where the embedded database keeps its data, to find it there again',
    shown: 'a temporary folder, removed at the end',
    fallback: undefined,
    read: readText,
  },
}
