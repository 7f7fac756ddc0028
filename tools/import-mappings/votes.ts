interface Vote {
  readonly description: string
  readonly refs?: string | readonly string[]
  readonly outcome?: string | { readonly 'winner(s)': readonly string[] }
  /** One person's say: for, against or neither; or the weight of each of several options. */
  readonly votes: Readonly<Record<string, number | Readonly<Record<string, number>>>>
}

/** A vote as one decision: what was asked, what came out, and how many said so. Who said what stays in the vote. */
export function decisionOf(json: string): string {
  const { description, refs, outcome, votes } = JSON.parse(json) as Vote
  const says = Object.values(votes)
  const count = (fits: (say: number) => boolean): number =>
    says.filter((say) => typeof say === 'number' && fits(say)).length
  const tally = says.every((say) => typeof say === 'number')
    ? `${count((say) => say > 0)} for, ${count((say) => say < 0)} against, ${count((say) => say === 0)} abstained`
    : `${says.length} votes`
  const result = typeof outcome === 'string' ? outcome : outcome?.['winner(s)'].join('; ')
  const where = [refs ?? []].flat().join(' ')
  return `${description}${result === undefined ? '' : `: ${result}`} (${tally})${where === '' ? '' : ` ${where}`}`
}
