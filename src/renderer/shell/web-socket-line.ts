import { PortLine } from '../../shared/rpc/line.ts'

/** A line to the server that the page came from. Messages wait until it is open. */
export function webSocketLine(url: string): PortLine {
  const socket = new WebSocket(url)
  const waiting: string[] = []
  const line: PortLine = new PortLine({
    post: (json) => {
      if (socket.readyState === WebSocket.CONNECTING) waiting.push(json)
      else if (socket.readyState === WebSocket.OPEN) socket.send(json)
    },
    hangUp: () => socket.close(),
  })
  socket.addEventListener('open', () => {
    for (const json of waiting.splice(0)) socket.send(json)
  })
  socket.addEventListener('message', ({ data }) => line.receiveJson(String(data)))
  socket.addEventListener('close', ({ reason }) => line.end(reason === '' ? null : new Error(reason)))
  return line
}
