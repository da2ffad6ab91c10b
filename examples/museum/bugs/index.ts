import type { Exhibit } from '../src/exhibit.js'
import { atLeastOnce } from './at-least-once.js'
import { commitOrder } from './commit-order.js'
import { cursorAndRows } from './cursor-and-rows.js'
import { keyReuse } from './key-reuse.js'
import { lateCommits } from './late-commits.js'
import { scd2OutOfOrder } from './scd2-out-of-order.js'
import { seam } from './seam.js'
import { tornTest } from './torn-test.js'
import { viewBesideAWriter } from './view-beside-a-writer.js'
import { watermarkTies } from './watermark-ties.js'

export const exhibits: readonly Exhibit[] = [
  cursorAndRows,
  watermarkTies,
  lateCommits,
  seam,
  atLeastOnce,
  keyReuse,
  commitOrder,
  viewBesideAWriter,
  scd2OutOfOrder,
  tornTest,
]
