import net from 'node:net'

/**
 * What a server answers to a four-letter word; null when it cannot be reached or has not answered within `timeout` ms.
 * Source: `FourLetterWordMain.send4LetterWord`.
 */
export function askWord(host: string, port: number, word: string, timeout: number): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = net.connect({ host, port })
    let answer = ''
    socket.setEncoding('utf8')
    const timer = setTimeout(() => settle(null), timeout)
    const settle = (result: string | null) => {
      clearTimeout(timer)
      socket.destroy()
      resolve(result)
    }
    socket.on('connect', () => socket.end(word))
    socket.on('data', (text) => {
      answer += text
    })
    socket.on('end', () => settle(answer))
    socket.on('error', () => settle(null))
  })
}

/** The value behind `Key: ` in an answer of `srvr`, or behind `key⇥` in one of `mntr`; null when it has none. */
export function valueOf(answer: string, key: string): string | null {
  for (const line of answer.split('\n')) if (line.startsWith(`${key}: `) || line.startsWith(`${key}\t`)) return line.slice(key.length + 1).trim()
  return null
}
