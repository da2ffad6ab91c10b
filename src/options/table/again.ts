import type { ChangeScript } from '../../plan/script/change-script.js'
import { option } from '../option.js'
import { readText, sql, text, unchecked } from '../values.js'

/** What it takes to make changes again, or to go on with them. */
export const againOptions = {
  /**
   * The changes themselves, instead of a plan: as `record` wrote them, `changeScript()` generates them or you wrote them
   * down. The tables must be empty; the same rows come out, with the same keys.
   */
  script: option({ value: unchecked<ChangeScript>(), has: ['engine', 'tests'] }),
  /**
   * The token of a run, to make its changes again: `CdcSummary.token`, that of a failed test, or one that the command
   * line printed. The tables must be empty. One that was made before the first commit stands for all that was planned.
   */
  token: option({ value: unchecked<string>(), has: ['engine', 'tests'] }),
  /**
   * A file to write the changes to, each batch before it is sent, for `readScript`; a new one, but for `resume`, which
   * goes on with the one of its run. @default none
   */
  record: option({
    value: text('the name of a file'),
    has: ['engine', 'tests', 'command', 'shard'],
    command: {
      flags: '--record <file>',
      variable: 'CDC_RECORD',
      help: 'write the changes to this file, which must be a new one, for `cloudberry-cdc replay`',
      shown: 'no file',
      line: { text: (file) => `record=${file}` },
    },
  }),
  /**
   * Goes on with a run whose process died: its token (of the event `resumable` before commit 1, and in
   * `CdcSummary.token`), or what `readScript` reads of its `record`, which is needed where rows stood in the tables before.
   * The last commit is found by the rows themselves; then come the other commits that were planned. `stats()` and the
   * summary count all of them, and `commits()` begins with commit 1.
   */
  resume: option({
    value: unchecked<string | ChangeScript>(readText),
    has: ['engine', 'command', 'shard'],
    command: {
      flags: '--resume <file-or-token>',
      variable: 'CDC_RESUME',
      help: 'go on with a run whose process died, by its token or its file of --record, from the last commit that its tables show',
      shown: 'a new run',
    },
  }),
  /**
   * SQL that `run()` executes in the stream's schema after it has emptied the tables and before the first batch, in the
   * same transaction: what your job under test needs there. @default none
   */
  reset: option({ value: sql, has: ['engine', 'tests'] }),
}
