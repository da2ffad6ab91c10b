/** What the parent tells the host to start. */
export interface HostConfig {
  /** An absolute path; a temporary folder if absent. */
  readonly dataDir?: string
}

/** The one line that the host prints. */
export type HostReport =
  | {
      readonly type: 'ready'
      readonly port: number
      readonly database: string
      readonly user: string
      readonly password: string
      readonly pid: number
      readonly dataDir: string
    }
  | { readonly type: 'failed'; readonly kind: 'options' | 'target'; readonly message: string; readonly detail: string }
