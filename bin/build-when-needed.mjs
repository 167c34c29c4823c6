import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs'
import { randomBytes } from 'node:crypto'
import { dirname, join, relative } from 'node:path'

/**
 * Everything that is built, each from its configuration: where in out/ it begins, the folders that it writes, in the order in which
 * they are put in place, the file whose age tells how old the build is, and what it is made of. Tests are not built, but a stale build is worse
 * than one build too many.
 */
export const targets = {
  node: {
    title: 'Pastiche',
    config: 'vite.node.config.ts',
    outDir: '',
    folders: ['chunks', 'worker', 'cli'],
    stamp: 'cli/index.js',
    sources: ['shared', 'engine', 'worker', 'host', 'server', 'cli'],
  },
  page: {
    title: 'the studio',
    config: 'vite.web.config.ts',
    outDir: 'renderer',
    folders: ['renderer'],
    stamp: 'renderer/index.html',
    sources: ['shared', 'renderer'],
  },
  desktop: {
    title: 'the desktop app',
    /** Builds two things at once, each with settings of its own. */
    tool: 'electron-vite',
    config: 'electron.vite.config.ts',
    outDir: '',
    folders: ['preload', 'main'],
    stamp: 'main/index.js',
    sources: ['shared', 'host', 'main', 'preload'],
  },
}

/** Builds a target in a clone when it is missing or older than its sources. Says so on stderr: stdout is for results. */
export async function buildWhenNeeded(root, target) {
  const built = join(root, 'out', target.stamp)
  const builtMs = modifiedMs(built)
  const sources = ['package.json', target.config, ...target.sources.map((name) => join('src', name))]
  if (builtMs >= newestMs(sources.map((name) => join(root, name)))) return
  const vite = await findTool(target.tool ?? 'vite', root, existsSync(built))
  if (!vite) return
  process.stderr.write(`Building ${target.title} (first start)…\n`)
  await build(vite, root, target)
}

async function findTool(tool, root, mayRunAsItIs) {
  try {
    return await import(tool)
  } catch (error) {
    if (error?.code !== 'ERR_MODULE_NOT_FOUND') throw error
    // A copy of the whole tree without the build tools (an image for a server, say): its times of change mean little.
    if (mayRunAsItIs) return null
    const reason = 'Pastiche has to build itself first, and its build tools are not installed.'
    throw new Error(`${reason}\nRun "npm ci" in ${root} and try again.`, { cause: error })
  }
}

/**
 * Builds into a folder of its own and then moves file by file, so that two starts at once do not meet: names in
 * chunks/ carry a hash of their content, the entries come after them, and the file whose age decides comes last.
 */
async function build(vite, root, target) {
  const startedAt = new Date()
  const temporary = join(root, 'node_modules', '.cache', `pastiche-build-${randomBytes(6).toString('hex')}`)
  const nodeEnv = process.env['NODE_ENV']
  try {
    await vite.build({
      configFile: join(root, target.config),
      logLevel: 'error',
      build: { outDir: join(temporary, target.outDir), emptyOutDir: true },
    })
    for (const folder of target.folders) moveFiles(join(temporary, folder), join(root, 'out', folder))
    // Not the time of writing: a source that changed while the build ran has to count as newer.
    utimesSync(join(root, 'out', target.stamp), startedAt, startedAt)
  } finally {
    // Vite sets it for the code it builds; the engine must not inherit it.
    if (nodeEnv === undefined) delete process.env['NODE_ENV']
    else process.env['NODE_ENV'] = nodeEnv
    rmSync(temporary, { recursive: true, force: true })
  }
}

function moveFiles(from, to) {
  // In this order index.html comes after the assets that it names.
  const names = filesIn(from)
    .map((path) => relative(from, path))
    .sort()
  for (const name of names) {
    const target = join(to, name)
    mkdirSync(dirname(target), { recursive: true })
    moveFile(join(from, name), target)
  }
  for (const path of filesIn(to)) {
    if (!names.includes(relative(to, path))) rmSync(path, { force: true })
  }
}

function moveFile(from, to) {
  try {
    renameSync(from, to)
  } catch (error) {
    // node_modules may be a link to another disk; Windows refuses to replace a file that is being read.
    if (error?.code !== 'EXDEV' && error?.code !== 'EPERM') throw error
    copyFileSync(from, to)
  }
}

function filesIn(folder) {
  if (!existsSync(folder)) return []
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}

/** Folders count too: a file that was taken away changes nothing but them. */
function newestMs(paths) {
  return Math.max(...paths.map((path) => (isFolder(path) ? newestInFolderMs(path) : modifiedMs(path))))
}

function newestInFolderMs(folder) {
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true })
  return Math.max(
    modifiedMs(folder),
    ...entries.map((entry) => modifiedMs(join(entry.parentPath, entry.name))),
  )
}

const isFolder = (path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
const modifiedMs = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
