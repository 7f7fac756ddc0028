import { describe, expect, test } from '@jest/globals'
import { z } from 'zod'
import { ConfigError, edgeVariables, readConfig } from './config.ts'

describe('configuration', () => {
  test('has a default for everything: loopback, port 4680', () => {
    expect(readConfig(edgeVariables, {})).toEqual({
      HOST: '127.0.0.1',
      PORT: 4680,
      LOG_LEVEL: 'info',
      REQUEST_TIMEOUT: 30,
      SHUTDOWN_DELAY: 0,
      SHUTDOWN_TIMEOUT: 20,
    })
    expect(readConfig(edgeVariables, { PORT: '', HOST: '::1' })).toMatchObject({ PORT: 4680, HOST: '::1' })
  })

  test('names every wrong value at once, and what it must be', () => {
    const read = () => readConfig(edgeVariables, { PORT: '99999', LOG_LEVEL: 'loud', REQUEST_TIMEOUT: '1e3' })
    expect(read).toThrow(ConfigError)
    expect(read).toThrow(
      [
        'The configuration is not usable:',
        '  PORT="99999" must be a whole number from 0 to 65535.',
        '  LOG_LEVEL="loud" must be one of debug, info, warn, error, silent.',
        '  REQUEST_TIMEOUT="1e3" must be a whole number from 1 to 600.',
      ].join('\n'),
    )
  })

  test('names what is missing, and never prints a secret', () => {
    const more = {
      PASSWORD: { schema: z.string().min(20, 'must have 20 characters'), words: 'A secret.', secret: true },
      URL: { schema: z.string(), words: 'An address.' },
    } as const
    try {
      readConfig(more, { PASSWORD: 'hunter2' })
      throw new Error('accepted')
    } catch (error) {
      expect((error as ConfigError).problems).toEqual(['PASSWORD must have 20 characters.', 'URL is missing.'])
      expect(String(error)).not.toContain('hunter2')
    }
  })

  test('every variable has words', () => {
    for (const { words } of Object.values(edgeVariables)) expect(words).toMatch(/^[A-Z].*\.$/)
  })
})
