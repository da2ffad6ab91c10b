import { explore } from '../src/explore/explore.js'
import { commitTrials } from '../src/explore/trial.js'
import type { ConnectionOptions } from '../src/database/connection/connection.js'
import type { Effort } from './support/effort.js'
import { compareWithJob, type JobScene } from './support/job-comparison.js'
import type { PartResult } from './support/result.js'
import { quantile } from './support/statistics.js'

/** What it takes to run a job once with a commit at a place, beside the job alone. */
export async function exploring(server: ConnectionOptions, effort: Effort): Promise<PartResult> {
  return compareWithJob(server, effort, {
    title: 'Exploring',
    name: 'a run of explore',
    measure: (scene) => millisecondsOfRuns(scene, scene.job),
    target: { text: 'a run of explore: ms', limit: 150 },
    note: 'A run puts the tables back, makes a commit of 40 changes, and does the job over the wire with another commit at one of its places.',
  })
}

/** Of one run in the middle. */
export async function millisecondsOfRuns(
  { stage, driver, restart }: Omit<JobScene, 'job'>,
  body: () => Promise<void>,
): Promise<number> {
  const ends: number[] = []
  const begin: Parameters<typeof explore>[0]['begin'] = async (aims) => {
    ends.push(performance.now())
    await restart()
    await stage.begin(driver(), aims)
  }
  await explore({ begin, end: () => stage.end() }, body, { trials: ({ places }) => commitTrials(places, 1, false) })
  ends.push(performance.now())
  const lengths = ends.slice(1).map((end, index) => end - ends[index]!)
  // Without the two that come first.
  return quantile(lengths.slice(2), 0.5)
}
