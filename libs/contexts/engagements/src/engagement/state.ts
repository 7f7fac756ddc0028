/** One project for one client. */
export interface Engagement {
  readonly name: string
  readonly closed: boolean
}
