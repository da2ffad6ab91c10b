import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'

const folder = 'test/clients/'
const run = (command, args) => spawnSync(command, args, { cwd: folder, stdio: 'inherit' }).status === 0

/**
 * Installs the clients of a wire beside their tests, unless they are there: those of Node.js and Python, and the JDBC driver.
 * Where there is no Python or no network for it, its tests are skipped, and one line says so.
 */
export async function installClients() {
  await once('package-lock.json', 'node_modules', () =>
    run('npm', ['ci', '--prefer-offline', '--no-audit', '--no-fund']),
  )
  await once('requirements.txt', 'python', installPython)
  await once('jdbc.json', 'jdbc', installJdbc)
}

/** Calls `install` unless it did its work for what is in the file. */
async function once(file, into, install) {
  const wanted = readFileSync(`${folder}${file}`, 'utf8')
  const installed = `${folder}${into}/.installed`
  if (existsSync(installed) && readFileSync(installed, 'utf8') === wanted) return
  if (await install(wanted)) writeFileSync(installed, wanted)
  else console.log(`The clients of ${file} are skipped: they could not be installed.`)
}

function installPython() {
  return (
    run('python3', ['-m', 'venv', '--clear', 'python']) &&
    run('python/bin/pip', ['install', '--quiet', '--only-binary', ':all:', '-r', 'requirements.txt'])
  )
}

async function installJdbc(wanted) {
  const { url, sha256 } = JSON.parse(wanted)
  const jar = await fetch(url).then(
    async (answer) => Buffer.from(await answer.arrayBuffer()),
    () => Buffer.alloc(0),
  )
  if (createHash('sha256').update(jar).digest('hex') !== sha256) return false
  mkdirSync(`${folder}jdbc`, { recursive: true })
  writeFileSync(`${folder}jdbc/postgresql.jar`, jar)
  return true
}
