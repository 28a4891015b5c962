// The thread of the watchdog. JavaScript, so that it starts at once and needs nothing that may be swapped.
import { writeSync } from 'node:fs'
import { workerData } from 'node:worker_threads'

const { beats, allowance } = workerData
const LOOK = 500
let last = -1n
let since = 0

setInterval(() => {
  const { user, system } = process.cpuUsage()
  const worked = (user + system) / 1000
  const [count, seed] = beats
  if (count !== last) {
    last = count
    since = worked
  } else if (worked - since > allowance) {
    // The main thread would have to print what console.log is given here, and it is busy for ever.
    writeSync(
      2,
      `\n✗ the world of seed ${seed} does not come to an end: stopped after ${Math.round(allowance / 1000)} s of work. A loop that never ends, or servers that disturb each other for ever?\n`,
    )
    process.kill(process.pid, 'SIGTERM')
  }
}, LOOK)
