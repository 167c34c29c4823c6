import type { DesktopBridge } from '../../shared/desktop-bridge.ts'
import { PortLine } from '../../shared/rpc/line.ts'

/** A line to the main process of the desktop app, through the bridge that its preload script offers. */
export function bridgeLine(bridge: DesktopBridge): PortLine {
  const line: PortLine = new PortLine({
    post: (json) => wire.send(JSON.parse(json)),
    hangUp: () => wire.close(),
  })
  const wire = bridge.connect(
    (message) => line.receive(message),
    () => line.end(),
  )
  return line
}
