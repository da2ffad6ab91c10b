export type { CloudberryStartOptions } from './cloudberry-container.js'
export { CloudberryContainer } from './cloudberry-container.js'
export type { CloudberryLogin } from './started-cloudberry-container.js'
export { StartedCloudberryContainer } from './started-cloudberry-container.js'
