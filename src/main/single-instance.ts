import { app } from 'electron'

/**
 * True for the only Pastiche of this user. If there is another, it has been told, and this one should quit.
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
