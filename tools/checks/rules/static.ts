import { dirname } from 'node:path'
import { nameOf, places, type Place } from '../../generators/house.ts'
import { rules } from '../../generators/rules.ts'
import { refusalsOf, type Refusal } from './refusals.ts'
import { titles, type Title } from './titles.ts'

/** All that is known of the rules without running a spec. */
export interface Examined {
  readonly places: readonly Place[]
  readonly titles: readonly Title[]
  readonly refusals: ReadonlyMap<Place, readonly Refusal[]>
  readonly problems: readonly string[]
}

/** Whether decisions, rules, codes and the titles of specs agree; each problem is one line. */
export async function examine(): Promise<Examined> {
  const { places: found, problems } = await places()
  const all = titles()
  const files = new Set(found.map(({ file }) => file))
  const refusals = new Map(found.map((place) => [place, refusalsOf(place.file, (file) => files.has(file))]))
  return {
    places: found,
    titles: all,
    refusals,
    problems: [
      ...problems,
      ...all.flatMap((title) => unknownRules(title)),
      ...found.flatMap((place) => [...unproved(place, all), ...codes(place, refusals.get(place)!)]),
      ...statuses(found, all),
    ],
  }
}

const unknownRules = ({ rules: named, title, file }: Title): readonly string[] =>
  named.filter((rule) => !(rule in rules)).map((rule) => `${file}: "${title}" names the unknown rule ${rule}`)

/** A rule is proved beside the decision that names it: by a spec of the same stream. */
function unproved({ decision, file }: Place, all: readonly Title[]): readonly string[] {
  const near = all.filter((title) => dirname(title.file) === dirname(file))
  return decision.rules.flatMap((rule) =>
    !(rule in rules)
      ? [`${file}: ${decision.name} names the unknown rule ${rule}`]
      : near.some((title) => title.rules.includes(rule))
        ? []
        : [`${file}: ${decision.name} names ${rule}, and no spec of ${dirname(file)} has a title that begins with it`],
  )
}

/** A code that nothing refuses with is dead; one that is computed cannot be checked. */
function codes({ decision, file }: Place, refusals: readonly Refusal[]): readonly string[] {
  const used = new Set(refusals.map(({ code }) => code))
  return [
    ...decision.codes
      .filter((code) => !used.has(code))
      .map((code) => `${file}: ${nameOf(decision)} lists the code ${code} and never refuses with it`),
    ...refusals
      .filter(({ code }) => code === undefined)
      .map(({ file: at, line }) => `${at}:${line}: refuse() takes a code that is written out`),
  ]
}

/** The list of rules says of each rule that is built how far it holds. */
function statuses(found: readonly Place[], all: readonly Title[]): readonly string[] {
  const built = new Set([...found.flatMap(({ decision }) => decision.rules), ...all.flatMap((title) => title.rules)])
  return Object.entries(rules).flatMap(([name, { holds, missing }]) => {
    if (built.has(name) && holds === undefined) return [`tools/generators/rules.ts: ${name} is built: say how it holds`]
    if (!built.has(name) && holds !== undefined)
      return [`tools/generators/rules.ts: ${name} claims to hold, and nothing names it`]
    return (holds === 'half') === (missing !== undefined)
      ? []
      : [`tools/generators/rules.ts: ${name} holds in part if and only if something is missing`]
  })
}
