// The studio speaks to its own host and to nobody else. What connects past the page's policy is not there for any script that
// comes later.
for (const name of ['RTCPeerConnection', 'webkitRTCPeerConnection'])
  Object.defineProperty(globalThis, name, { value: undefined, writable: false, configurable: false })
