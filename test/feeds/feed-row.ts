/** A way of capturing, as the page shows it. */
export interface FeedRow {
  readonly tool: string
  readonly version: string
  /** How the tool was told to capture. */
  readonly setting: string
  readonly verdict: string
}
