import js from '@eslint/js'
import tseslint from 'typescript-eslint'
import prettier from 'eslint-config-prettier'
import svelte from 'eslint-plugin-svelte'
import svelteConfig from './svelte.config.js'
import regexp from 'eslint-plugin-regexp'

const namedExports = { selector: 'ExportDefaultDeclaration', message: 'Use named exports.' }

const parserOptions = { projectService: true }

export default tseslint.config(
  { ignores: ['out/', 'coverage/', 'node_modules/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { ignoreRestSiblings: true, argsIgnorePattern: '^_', varsIgnorePattern: '^_' },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // Loops over typed arrays are the engine's daily bread; `!` there states that the index is in range.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // A thunk such as `() => port.close()` is easier to read than its block form.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      'no-restricted-syntax': ['error', namedExports],
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  {
    files: ['**/*.test.ts', 'tests/**/*.ts'],
    rules: { 'max-lines': 'off', '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  {
    // A worker's own words go to its host, which passes them on.
    files: ['src/**/*.ts'],
    ignores: ['src/cli/output.ts', 'src/worker/run-worker.ts', '**/*.test.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        namedExports,
        {
          selector: "MemberExpression[object.name='process'][property.name=/^std(out|err)$/]",
          message:
            'Only src/cli/output.ts writes to the terminal: it cleans what it writes, and outlives its reader.',
        },
      ],
    },
  },
  {
    // The types of schemas are inferred from them: nobody could write them out.
    files: ['src/shared/contract/{job,engine}.ts', 'src/shared/methods/define-method.ts'],
    rules: { '@typescript-eslint/explicit-module-boundary-types': 'off' },
  },
  { files: ['*.config.{ts,js}'], rules: { 'no-restricted-syntax': 'off' } },
  { files: ['bench/**/*.ts', 'scripts/**/*.ts', 'training/**/*.ts'], rules: { 'no-console': 'off' } },
  {
    // svelte-check knows the types of components; here each of them would have the whole program built again.
    files: ['**/*.svelte'],
    extends: [...tseslint.configs.strict],
    languageOptions: { parserOptions: { parser: tseslint.parser, svelteConfig, projectService: false } },
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { ignoreRestSiblings: true, argsIgnorePattern: '^_', varsIgnorePattern: '^_' },
      ],
    },
  },
  // After the rules for types, because it brings the parser that reads components.
  ...svelte.configs.recommended,
  // Modules with runes are plain TypeScript: through the parser of components each would build the program again.
  { files: ['**/*.svelte.ts'], languageOptions: { parser: tseslint.parser } },
  {
    files: ['**/*.svelte'],
    rules: { 'max-lines': ['error', { max: 200, skipBlankLines: true }], eqeqeq: 'error' },
  },
  {
    // Expressions meet the text of files from anywhere: none may take more than linear work.
    files: ['src/**/*.{ts,svelte}'],
    plugins: { regexp },
    rules: {
      'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }],
      'regexp/no-super-linear-move': ['error', { report: 'potential' }],
    },
  },
  {
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: {
      globals: { process: 'readonly', console: 'readonly', module: 'writable', URL: 'readonly' },
    },
  },
  prettier,
)
