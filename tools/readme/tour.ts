import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'

/** One command of a console block and what the README says it prints. */
export interface Step {
  readonly command: string
  readonly expected: string
  /** The line of the README it stands in. */
  readonly line: number
}

/** Every `$ command` of the console blocks, in order. */
export function stepsOf(readme: string): readonly Step[] {
  const steps: { command: string; expected: string[]; line: number }[] = []
  let inside = false
  for (const [n, text] of readme.split('\n').entries()) {
    if (/^```/.test(text)) inside = text.startsWith('```console')
    else if (inside && text.startsWith('$ ')) steps.push({ command: text.slice(2), expected: [], line: n + 1 })
    else if (inside) steps.at(-1)!.expected.push(text)
  }
  return steps.map(({ expected, ...step }) => ({ ...step, expected: expected.join('\n').trimEnd() }))
}

/** Ids, stamps, positions and ports differ from run to run: what is left must be the same. */
export const masked = (text: string): string =>
  text
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<id>')
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, '<instant>')
    .replaceAll(/127\.0\.0\.1:\d+/g, '<address>')
    .replaceAll(/\b\d{20}\b/g, '<position>')
    // How much there is over all tenants follows from the demo, too.
    .replaceAll(/\b\d+ (events are in|events,|sealed values|keys in)/g, '<count> $1')
    .trimEnd()

/** The demo counts its days from the one on which it was made. */
export const isDated = (command: string): boolean => /--tenant demo|\$PORTAL|\$AUDITOR/.test(command)
export const undated = (text: string): string =>
  text
    .replaceAll(/\d{4}-\d\d-\d\d/g, '<date>')
    .replaceAll(/[A-Z][a-z]+day, [A-Z][a-z]+ \d{1,2}, \d{4}/g, '<day>')
    .replaceAll(/[A-Z][a-z]+ \d{1,2}, \d{4}/g, '<date>')
    .replaceAll(/\b(in \d+ days?|\d+ days? late|today)\b/g, '<when>')
    .replaceAll(/\b\d+ days?\b/g, '<days>')
    .replaceAll(/^ {2}\d\d:\d\d {2}/gm, '  <time>  ')
    .replaceAll(/(?<=\S) {2,}/g, '  ')

/** A shell that keeps its variables from one command to the next, as a reader's does. */
export class Shell {
  readonly #bash: ChildProcess
  #out = ''

  constructor(cwd: string, env: NodeJS.ProcessEnv) {
    this.#bash = spawn('bash', [], { cwd, env, stdio: ['pipe', 'pipe', 'pipe'] })
    for (const stream of [this.#bash.stdout!, this.#bash.stderr!])
      stream.setEncoding('utf8').on('data', (text: string) => (this.#out += text))
  }

  /** Runs a command and answers all that it printed. */
  async run(command: string): Promise<string> {
    const end = `end-${Math.random().toString(36).slice(2)}`
    this.#out = ''
    this.#bash.stdin!.write(`${command}\necho; echo ${end}\n`)
    while (!this.#out.includes(`\n${end}`)) await once(this.#bash.stdout!, 'data')
    return this.#out.slice(0, this.#out.indexOf(`\n${end}`))
  }

  async close(): Promise<void> {
    this.#bash.stdin!.end()
    if (this.#bash.exitCode === null) await once(this.#bash, 'exit')
  }
}

/** Starts a command that goes on, and resolves with its output once that contains a text. */
export async function begin(
  command: string,
  cwd: string,
  env: NodeJS.ProcessEnv,
  until: string,
): Promise<{ readonly process: ChildProcess; readonly output: () => string }> {
  const child = spawn('bash', ['-c', `exec ${command}`], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  const closed = once(child, 'close')
  let ended = false
  void closed.then(() => (ended = true))
  while (!output.includes(until)) {
    if (ended) throw new Error(`${command} ended: ${output}`)
    await Promise.race([once(child.stdout, 'data'), closed])
  }
  return { process: child, output: () => output }
}
