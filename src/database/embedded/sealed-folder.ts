import { randomBytes } from 'node:crypto'
import { chmod, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const SEAL = 'sealed.json'

/**
 * Returns the folder `name` in `cache`, complete: `build` fills it unless an earlier call or another process has. The
 * seal counts the files, because systems clean their folder for temporary files one by one.
 */
export async function sealedFolder(
  cache: string,
  name: string,
  build: (folder: string) => Promise<void>,
): Promise<string> {
  const folder = join(cache, name)
  if (await isSealed(folder)) return folder
  const suffix = randomBytes(6).toString('hex')
  const draft = join(cache, `${name}.${suffix}.draft`)
  const broken = join(cache, `${name}.${suffix}.broken`)
  try {
    // What builds it may be another user's.
    await mkdir(draft)
    await chmod(draft, 0o711)
    await build(draft)
    await writeFile(join(draft, SEAL), JSON.stringify({ files: await count(draft) }), { mode: 0o600 })
    if (!(await moved(draft, folder)) && !(await isSealed(folder))) {
      // Not somebody else's who was faster, but one that has lost files.
      await moved(folder, broken)
      await moved(draft, folder)
    }
    return folder
  } finally {
    await Promise.all([draft, broken].map((path) => rm(path, { recursive: true, force: true })))
  }
}

async function isSealed(folder: string): Promise<boolean> {
  const seal = await readFile(join(folder, SEAL), 'utf8').catch(() => undefined)
  return seal !== undefined && seal === JSON.stringify({ files: (await count(folder)) - 1 })
}

async function count(folder: string): Promise<number> {
  return (await readdir(folder, { recursive: true })).length
}

async function moved(from: string, to: string): Promise<boolean> {
  return rename(from, to).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (['ENOTEMPTY', 'EEXIST', 'EPERM', 'ENOENT'].includes(error.code ?? '')) return false
      throw error
    },
  )
}
