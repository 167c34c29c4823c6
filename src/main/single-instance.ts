import { app } from 'electron'

/**
 * Whether this process is the only Pastiche of this user. If not, the first one has been told, and this one should leave.
 *
 * @param onSecond told of each later start, with its arguments and the folder that they count from
 */
export function claimSingleInstance(
  onSecond: (args: readonly string[], workingDirectory: string) => void,
): boolean {
  if (!app.requestSingleInstanceLock()) return false
  app.on('second-instance', (_event, args, workingDirectory) => onSecond(args, workingDirectory))
  return true
}
