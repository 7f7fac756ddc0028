import { subscribe } from 'node:diagnostics_channel'

// Loaded before the product by `node --import`; only here is it decided whether and where the process ends. Plain Node, no Jest.
const { RAPPORT_CRASH_AT: point, RAPPORT_CRASH_NTH: nth = '1' } = process.env

let reached = 0
if (point !== undefined)
  subscribe(point, () => {
    // Nobody can catch it, nothing is flushed: like kill -9 from outside, but at a known place.
    if (++reached === Number(nth)) process.kill(process.pid, 'SIGKILL')
  })
