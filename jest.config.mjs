import { readdirSync } from 'node:fs'
import { join } from 'node:path'

const root = import.meta.dirname
const under = (folder) =>
  readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => `${folder}/${entry.name}`)

const project = (folder) => ({
  displayName: folder,
  rootDir: join(root, folder),
  testEnvironment: 'node',
  testMatch: [folder === 'tools' ? '<rootDir>/**/*.spec.ts' : '<rootDir>/{src,bin}/**/*.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/tools/lint/fixtures/'],
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  extensionsToTreatAsEsm: ['.ts'],
  testEnvironmentOptions: { customExportConditions: ['@rapport/source', 'node', 'node-addons'] },
  setupFilesAfterEnv: [join(root, 'tools/jest/setup.mjs')],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        module: { type: 'nodenext' },
        jsc: {
          target: 'esnext',
          parser: { syntax: 'typescript' },
          transform: { verbatimModuleSyntax: true },
          keepClassNames: true,
        },
      },
    ],
  },
})

export default {
  maxWorkers: 2,
  projects: [
    'libs/contracts',
    'libs/house',
    ...under('libs/platform'),
    ...under('libs/contexts'),
    ...under('apps'),
    'tools',
  ].map(project),
}
