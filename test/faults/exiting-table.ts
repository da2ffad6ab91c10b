import { isMainThread } from 'node:worker_threads'
import { defineTable, type TableDefinition } from '../../src/index.js'

const LAST = 300

/** A table whose rows cannot be computed to the end on another thread: the thread is gone then. */
export const exiting: TableDefinition = defineTable({
  name: 'exiting',
  key: 'id',
  columns: [
    { name: 'id', type: 'int8' },
    { name: 'value', type: 'int4', recomputed: true },
  ],
  rows: () => ({
    fill: (cells, number, version) => {
      // Some rows, with round numbers, are computed before the stream begins.
      if (number > LAST && number % 100 !== 0 && !isMainThread) process.exit(1)
      cells[1] = number + version
    },
  }),
})
