/* The import table of docs/architecture.md, proved on every check. Nothing on the right of the house knows what stands to its left. */
const only = (folder, ...allowed) => ({
  name: `${folder}-imports`,
  comment: `src/${folder} may import from src/ only: ${[folder, ...allowed].join(', ')}`,
  severity: 'error',
  from: { path: `^src/${folder}/`, pathNot: '\\.test\\.ts$' },
  to: { path: '^src/', pathNot: `^src/(${[folder, ...allowed].join('|')})/` },
})

const tests = '\\.test\\.ts$'

/** Inside the engine, a folder may import only those before it. */
const engineOrder = [
  ...['tensor', 'graph', 'ops', 'autodiff', 'models', 'weights', 'image', 'objective'],
  ...['minimise', 'methods', 'task'],
]
/** ONNX Runtime's own folder knows graphs; all but methods and tasks reach it through graph/prepare.ts. */
const belowRuntime = ['tensor', 'graph', 'ops', 'autodiff']
const aboveRuntime = ['methods', 'task']

const onlyInEngine = (folder, allowed) => ({
  name: `engine-${folder}-imports`,
  comment: `src/engine/${folder} may import from src/engine/ only: ${[folder, ...allowed].join(', ')}`,
  severity: 'error',
  from: { path: `^src/engine/${folder}/`, pathNot: tests },
  to: {
    path: '^src/engine/',
    pathNot: [`^src/engine/(${[folder, ...allowed].join('|')})/`, '^src/engine/random\\.ts$'],
  },
})

const engineRules = [
  onlyInEngine('runtime', belowRuntime),
  ...engineOrder.map((folder, i) =>
    onlyInEngine(folder, [...engineOrder.slice(0, i), ...(aboveRuntime.includes(folder) ? ['runtime'] : [])]),
  ),
  {
    name: 'science-without-the-application',
    comment: 'The science declares its own options; methods/ maps the parameters of the application to them.',
    severity: 'error',
    from: {
      path: '^src/engine/(tensor|graph|ops|autodiff|models|objective|minimise)/',
      pathNot: tests,
    },
    to: { path: '^src/shared/contract/' },
  },
]

module.exports = {
  forbidden: [
    ...engineRules,
    only('shared'),
    only('engine', 'shared'),
    only('worker', 'shared', 'engine'),
    only('host', 'shared'),
    only('main', 'shared', 'host'),
    only('preload', 'shared'),
    only('renderer', 'shared'),
    only('server', 'shared', 'host'),
    // The command that serves the studio starts the server.
    only('cli', 'shared', 'host', 'server'),
    {
      name: 'shared-knows-zod-only',
      severity: 'error',
      from: { path: '^src/shared/', pathNot: '\\.test\\.ts$' },
      to: { path: ['node_modules', '^node:'], pathNot: 'node_modules/zod', dependencyTypesNot: ['local'] },
    },
    {
      name: 'onnxruntime-in-one-file',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/engine/runtime/ort\\.ts$', '\\.test\\.ts$'] },
      to: { path: 'node_modules/onnxruntime-' },
    },
    {
      name: 'sharp-in-engine-image-only',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/engine/image/', '\\.test\\.ts$'] },
      to: { path: 'node_modules/sharp' },
    },
    {
      name: 'hono-in-the-web-application-only',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(host/web|server)/' },
      to: { path: 'node_modules/(hono|@hono)/' },
    },
    {
      name: 'electron-in-its-shell-only',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(main|preload)/' },
      to: { path: 'node_modules/electron/' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-dev-dependencies-in-src',
      severity: 'error',
      // The page is bundled, and the desktop app brings its Electron: neither is installed with the package.
      from: { path: '^src/', pathNot: ['\\.test\\.ts$', '^src/(renderer|main|preload)/'] },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.node.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'types'] },
  },
}
