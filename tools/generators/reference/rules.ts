import { examine } from '../../checks/rules/static.ts'
import { nameOf } from '../house.ts'
import { code, page, paragraphs, table } from '../markdown.ts'
import { kinds, rules as all } from '../rules.ts'

const intro = `The rules of the domain, with the decisions that keep them and the tests that prove them. A decision that breaks a rule refuses, and nothing is recorded.
\`npm run check:rules\` fails when a decision names a rule that no test of its stream proves; with \`-- --mutate\` it drops every refusal once and fails where no test turns red.`

export async function rules(path: string): Promise<string> {
  const { places, titles } = await examine()
  const sections = Object.entries(all).map(([name, { text, holds, missing }]) => {
    const decisions = places.filter(({ decision }) => (decision.rules as readonly string[]).includes(name))
    const proofs = titles.filter((title) => title.rules.includes(name))
    if (decisions.length === 0 && proofs.length === 0) return [name, text, 'not built yet']
    return [name, text, `${holds ?? ''}${missing === undefined ? '' : `: ${missing}`}`]
  })
  const built = Object.keys(all).flatMap((name) => {
    const decisions = places.filter(({ decision }) => (decision.rules as readonly string[]).includes(name))
    const proofs = titles.filter((title) => title.rules.includes(name))
    if (decisions.length === 0 && proofs.length === 0) return []
    const links = [...new Set(proofs.map(({ file }) => file))]
    return [
      paragraphs(
        `### ${name}`,
        all[name as `I-${string}`]!.text,
        `Kept by ${decisions.map(({ decision }) => code(nameOf(decision))).join(', ') || 'no decision'}. Proved by:`,
        links
          .map((file) => {
            const own = proofs.filter((proof) => proof.file === file)
            return [`- [${file}](../../${file})`, ...own.map(({ title }) => `  - ${title}`)].join('\n')
          })
          .join('\n'),
      ),
    ]
  })
  const legend = Object.entries(kinds).map(([kind, words]) => `- **${kind}**: ${words}`)
  const body = paragraphs(
    intro,
    ['A rule holds', ...legend].join('\n'),
    table(['Rule', 'In short', 'Holds'], sections),
    '## What is built',
    ...built,
  )
  return page(path, 'Rules', body)
}
