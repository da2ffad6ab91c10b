import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/*
 * `npm run bench`: installs the peers if they are missing, compiles, and runs the compiled code. Users do not run this
 * package through a loader, which slows down what it transforms. `npm run bench soak` is a program of its own.
 */
const folder = dirname(fileURLToPath(import.meta.url))

function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit', ...options })
  if (error) throw error
  if (status !== 0) process.exit(status ?? 1)
}

const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
const installed = spawnSync(npm, ['ls'], { cwd: folder, stdio: 'ignore' }).status === 0
if (!installed) run(npm, ['ci'], { cwd: folder })
const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc')
// What is wrong with types is told by `npm run typecheck`, and for the peers by `npx tsc -p bench --noEmit`.
run(process.execPath, [compiler, '-p', folder, '--noCheck'])
const parts = process.argv.slice(2)
const program = parts[0] === 'soak' ? 'soak.js' : 'run.js'
run(process.execPath, ['--expose-gc', join(folder, '.out', 'bench', program), ...parts])
