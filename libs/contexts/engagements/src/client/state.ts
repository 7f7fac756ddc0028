/** The organisation that we work for. */
export interface Client {
  readonly name: string
  readonly retired: boolean
}
