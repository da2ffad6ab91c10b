// From source only: a worker thread cannot begin with a .ts file, also under --import tsx (ERR_UNKNOWN_FILE_EXTENSION).
import { register } from 'tsx/esm/api'

register()
await import('./worker.ts')
