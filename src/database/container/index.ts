import type * as cloudberry from './cloudberry-container.js'
import { loadPackage } from './load-package.js'
import type * as started from './started-cloudberry-container.js'

export type { CloudberryStartOptions } from './cloudberry-container.js'
export type { CloudberryLogin } from './started-cloudberry-container.js'

// Static imports are linked before any of our code runs, so a missing package would be told by Node.js, not by us.
await loadPackage(() => import('testcontainers'))
const loaded: typeof cloudberry & typeof started = {
  ...(await import('./cloudberry-container.js')),
  ...(await import('./started-cloudberry-container.js')),
}

export type CloudberryContainer = cloudberry.CloudberryContainer
export const CloudberryContainer: typeof cloudberry.CloudberryContainer = loaded.CloudberryContainer
export type StartedCloudberryContainer = started.StartedCloudberryContainer
export const StartedCloudberryContainer: typeof started.StartedCloudberryContainer = loaded.StartedCloudberryContainer
