/** One run of an import, from its first recorded row to its end. */
export interface Import {
  readonly source: string
  readonly engagements: readonly string[]
  readonly ended: boolean
}
