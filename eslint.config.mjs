import js from '@eslint/js'
import { defineConfig, globalIgnores } from 'eslint/config'
import tseslint from 'typescript-eslint'
import rapport from './tools/lint/boundaries.ts'

const business = ['libs/contexts/**', 'libs/contracts/**', 'libs/views/**']
const temporal = 'Dates are Temporal, and the present time arrives as data.'

export default defineConfig(
  globalIgnores(['**/dist/', '**/coverage/', '.nx/', 'tools/lint/fixtures/']),
  js.configs.recommended,
  tseslint.configs.recommended,
  {
    plugins: { rapport },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      'rapport/boundaries': 'error',
      'no-console': 'error',
      'no-undef': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-empty-object-type': ['error', { allowObjectTypes: 'always' }],
      'no-restricted-syntax': [
        'error',
        { selector: 'Decorator', message: 'Node strips types but not decorators: apply it as a function.' },
      ],
    },
  },
  {
    files: ['apps/*/src/**/*.ts', 'libs/**/src/**/*.ts', 'tools/**/*.ts'],
    languageOptions: {
      parserOptions: {
        project: ['tsconfig.specs.json', 'apps/*/tsconfig.json', 'libs/*/tsconfig.json', 'libs/*/*/tsconfig.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
    },
  },
  { files: ['apps/**', 'tools/**', '*.mjs'], rules: { 'no-console': 'off' } },
  {
    files: business,
    rules: {
      'no-restricted-globals': ['error', { globals: [{ name: 'Date', message: temporal }], checkGlobalObject: true }],
      'no-restricted-properties': ['error', { object: 'Temporal', property: 'Now', message: temporal }],
    },
  },
)
