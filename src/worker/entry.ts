import * as engine from '../engine/index.ts'
import { readAppVersion } from './app-version.ts'
import { runWorker } from './run-worker.ts'

runWorker(engine, readAppVersion())
