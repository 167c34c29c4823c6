// Loaded before a program (node --require): writes a line to the file WATCH_FILE for every connection and every look-up
// of a name that the program attempts.
const { appendFileSync } = require('node:fs')
const dgram = require('node:dgram')
const dns = require('node:dns')
const net = require('node:net')

const file = process.env.WATCH_FILE
const tell = (what) => appendFileSync(file, `${what}\n`)

const connect = net.Socket.prototype.connect
net.Socket.prototype.connect = function (...args) {
  tell('connect')
  return connect.apply(this, args)
}
for (const [owner, name] of [
  [dns, 'lookup'],
  [dns, 'resolve'],
  [dns.promises, 'lookup'],
  [dns.promises, 'resolve'],
  [dgram, 'createSocket'],
]) {
  const original = owner[name]
  owner[name] = function (...args) {
    tell(name)
    return original.apply(this, args)
  }
}
tell('watching')
