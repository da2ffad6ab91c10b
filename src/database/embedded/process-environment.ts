/** The environment for a process of ours: all but NODE_OPTIONS, which is meant for the process that has it. */
export function childEnvironment(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _, ...rest } = process.env
  return rest
}

/** The environment for a database server: nothing that it could tell its users. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  const needed = ['PATH', 'SystemRoot', 'TEMP', 'TMP', 'TMPDIR', 'LD_LIBRARY_PATH'] as const
  const kept = needed.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]] as const]))
  return { ...Object.fromEntries(kept), LC_ALL: 'C', TZ: 'UTC' }
}
