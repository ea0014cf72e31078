import { defineConfig } from 'eslint/config'
import tseslint from 'typescript-eslint'

// Biome formats and lints; here is only what it lacks: rules that need types, and the sizes of the house.
const SOURCE = ['vault/**/*.ts', 'lib/**/*.ts', 'dispatcher/**/*.ts']
const ALL = [...SOURCE, 'test/**/*.ts', 'bench/**/*.ts', 'scripts/**/*.ts']

export default defineConfig(
  { ignores: ['dist/', 'coverage/', '.stryker-tmp/'] },
  {
    files: ALL,
    languageOptions: {
      parser: tseslint.parser,
      parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname },
    },
    plugins: { '@typescript-eslint': tseslint.plugin },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      'no-restricted-exports': [
        'error',
        {
          restrictDefaultExports: {
            direct: true,
            named: true,
            defaultFrom: true,
            namedFrom: true,
            namespaceFrom: true,
          },
        },
      ],
    },
  },
  {
    files: SOURCE,
    rules: {
      '@typescript-eslint/no-unnecessary-condition': 'error',
      'max-lines': ['error', 300],
      'max-lines-per-function': ['error', 70],
    },
  },
)
