import { startEmbedded } from '../../../src/database/embedded/start-embedded.js'

/*
 * A program that starts an embedded server, prints where it is, and goes on until it is killed or told `stop`.
 * Arguments: the data folder, if it is to be kept.
 */
const server = await startEmbedded(process.argv[2] === undefined ? {} : { dataDir: process.argv[2] })
const { pid, dataDir, connection } = server
process.stdout.write(`${JSON.stringify({ pid, dataDir, connection })}\n`)
process.stdin.once('data', () => void server[Symbol.asyncDispose]().then(() => process.exit(0)))
