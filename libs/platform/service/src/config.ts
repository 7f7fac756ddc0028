import { z } from 'zod'

/** One variable of the environment; the schema takes its text. */
export interface Variable {
  readonly schema: z.ZodType<unknown, string>
  readonly default?: string
  /** One sentence for docs/reference/config.md. */
  readonly words: string
  /** Its value is never printed. */
  readonly secret?: true
}
export type Variables = Readonly<Record<string, Variable>>
export type Config<V extends Variables> = { readonly [K in keyof V]: z.output<V[K]['schema']> }

/** Every wrong or missing variable, in one message. */
export class ConfigError extends Error {
  readonly problems: readonly string[]
  constructor(problems: readonly string[]) {
    super(`The configuration is not usable:\n${problems.map((p) => `  ${p}`).join('\n')}`)
    this.name = 'ConfigError'
    this.problems = problems
  }
}

/** A whole number from `min` to `max`, as text. */
export const wholeText = (min: number, max: number) =>
  z
    .string()
    .refine(
      (text) => /^\d{1,15}$/.test(text) && Number(text) >= min && Number(text) <= max,
      `must be a whole number from ${min} to ${max}`,
    )
    .transform(Number)

/** Reads the variables from an environment; an empty one counts as absent. {@link ConfigError} names every fault at once. */
export function readConfig<const V extends Variables>(
  variables: V,
  env: Readonly<Record<string, string | undefined>>,
): Config<V> {
  const problems: string[] = []
  const config: Record<string, unknown> = {}
  for (const [name, { schema, default: usual, secret }] of Object.entries<Variable>(variables)) {
    const text = env[name] === undefined || env[name] === '' ? usual : env[name]
    if (text === undefined) {
      problems.push(`${name} is missing.`)
      continue
    }
    const parsed = schema.safeParse(text)
    if (parsed.success) config[name] = parsed.data
    else
      problems.push(
        `${name}${secret ? '' : `=${JSON.stringify(text)}`} ${parsed.error.issues.map((i) => i.message).join(', ')}.`,
      )
  }
  if (problems.length > 0) throw new ConfigError(problems)
  return config as Config<V>
}

/** What the edge itself needs to know; an app adds its own. docs/reference/config.md is made from such lists. */
export const edgeVariables = {
  HOST: {
    schema: z.string().regex(/^[A-Za-z0-9.:_-]{1,253}$/, 'must be a host name or an address'),
    default: '127.0.0.1',
    words: 'The address to listen at; by default only this machine can connect.',
  },
  PORT: { schema: wholeText(0, 65_535), default: '4680', words: 'The port to listen at; 0 takes a free one.' },
  LOG_LEVEL: {
    schema: z.enum(['debug', 'info', 'warn', 'error', 'silent'], 'must be one of debug, info, warn, error, silent'),
    default: 'info',
    words: 'The least severe line that is logged; every request is a line of level info.',
  },
  REQUEST_TIMEOUT: {
    schema: wholeText(1, 600),
    default: '30',
    words: 'Seconds in which a request must have arrived whole, its headers in half of that.',
  },
  SHUTDOWN_DELAY: {
    schema: wholeText(0, 300),
    default: '0',
    words:
      'Seconds to go on accepting connections after SIGTERM, so that a load balancer sees the readiness turn first.',
  },
  SHUTDOWN_TIMEOUT: {
    schema: wholeText(1, 600),
    default: '20',
    words: 'Seconds that requests may take to finish after SIGTERM before they are cut off.',
  },
} as const satisfies Variables
export type EdgeConfig = Config<typeof edgeVariables>
