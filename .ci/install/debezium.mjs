import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'

const folder = 'test/feeds/debezium/'

/** Gets Debezium's engine and compiles what runs it, unless that is done. Its tests are skipped where it cannot be had. */
export function installDebezium() {
  const wanted = ['pom.xml', 'Capture.java'].map((file) => readFileSync(`${folder}${file}`, 'utf8')).join('')
  const installed = `${folder}lib/.installed`
  if (existsSync(installed) && readFileSync(installed, 'utf8') === wanted) return
  rmSync(`${folder}lib`, { recursive: true, force: true })
  const get = ['--batch-mode', '--quiet', 'dependency:copy-dependencies', '-DoutputDirectory=lib']
  if (run('mvn', get) && run('javac', ['-cp', 'lib/*', '-d', 'lib', 'Capture.java'])) writeFileSync(installed, wanted)
  else console.log("Debezium's engine could not be installed.")
}

function run(command, args) {
  return spawnSync(command, args, { cwd: folder, stdio: 'inherit' }).status === 0
}
