/** The server's log: lines that an operator reads, as ZooKeeper writes them. */

export type LogLevel = 'info' | 'warn' | 'error'
/** Where a server says what happens to it. */
export type Log = (level: LogLevel, message: string) => void

/** A log that writes lines such as `2026-11-20 12:00:00,000 [myid:1] - INFO  - serving` with `write`. */
export function lineLog(myid: string, write: (line: string) => void, wall: () => number = Date.now): Log {
  return (level, message) => write(`${formatTime(wall())} [myid:${myid}] - ${level.toUpperCase().padEnd(5)} - ${message}\n`)
}

/** Local time with milliseconds behind a comma, the default of Java's logging libraries. */
function formatTime(wall: number): string {
  const local = new Date(wall - new Date(wall).getTimezoneOffset() * 60_000)
  return local.toISOString().slice(0, -1).replace('T', ' ').replace('.', ',')
}
