import { cloudberry } from './cloudberry/dialect.js'
import type { Dialect } from './dialect.js'
import type { DialectInfo } from './dialect-info.js'
import { mysql } from './mysql/dialect.js'
import { postgres } from './postgres/dialect.js'

export const dialects: Readonly<Record<DialectInfo['name'], Dialect>> = { postgres, cloudberry, mysql }
