import type { PortLine } from '../shared/rpc/line.ts'
import { processLine } from '../shared/rpc/process-line.ts'
import type { EngineFace } from './engine-face.ts'
import { EngineService } from './engine-service.ts'
import { parentPortLine } from './ports/parent-port.ts'
import type { ParentPort } from './ports/parent-port.ts'

/** Makes this process a worker: finds the port to whoever started it and serves the engine there to the end. */
export function runWorker(engine: EngineFace, appVersion: string): void {
  const port = findPort()
  if (port === null) {
    process.stderr.write('Pastiche starts this file itself. Run "pastiche --help" instead.\n')
    process.exitCode = 2
    return
  }
  const service = new EngineService({ port, engine, appVersion, exit: (code) => process.exit(code) })
  // Unhandled rejections come this way too.
  process.on('uncaughtException', (error) => {
    process.stderr.write(`${error.stack ?? String(error)}\n`)
    void service.crash(error)
  })
  // Ctrl-C and a closed terminal reach every process of the terminal; what that means for a job, the host decides.
  for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined)
  process.on('SIGTSTP', () => stopProcess(service))
}

/** Ctrl-Z: the job rests while this process is stopped, so that its clock stops too. */
function stopProcess(service: EngineService): void {
  const resume = service.rest()
  process.once('SIGCONT', resume)
  process.kill(process.pid, 'SIGSTOP')
}

function findPort(): PortLine | null {
  const electronPort = (process as { parentPort?: ParentPort }).parentPort
  if (electronPort !== undefined) return parentPortLine(electronPort)
  return process.send === undefined ? null : processLine(process)
}
