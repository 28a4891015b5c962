import { once } from 'node:events'
import net from 'node:net'
import { describe, expect, it } from 'vitest'
import { Connection, MAX_BACKLOG_BYTES } from '../../src/hosts/node/connection.ts'

/** Both ends of a TCP connection, of which the client reads nothing. */
async function connected(): Promise<{ accepted: net.Socket; client: net.Socket; close: () => void }> {
  const server = net.createServer({ pauseOnConnect: true })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = net.connect((server.address() as net.AddressInfo).port, '127.0.0.1')
  client.pause()
  const [accepted] = (await once(server, 'connection')) as [net.Socket]
  return {
    accepted,
    client,
    close: () => {
      client.destroy()
      server.close()
    },
  }
}

describe('a client that does not read', () => {
  const piece = new Uint8Array(1 << 20)
  const enough = 2 * (MAX_BACKLOG_BYTES / piece.length)

  it('is disconnected once too much waits for it', async () => {
    const { accepted, close } = await connected()
    const connection = new Connection(accepted, true)
    const failed = once(accepted, 'error')
    for (let i = 0; i < enough && !accepted.destroyed; i++) {
      connection.queue(piece)
      connection.flush()
    }
    expect(accepted.destroyed).toBe(true)
    expect(String((await failed)[0])).toContain('bytes unread')
    close()
  })

  it('may be a server: those are never cut off for being slow', async () => {
    const { accepted, close } = await connected()
    const connection = new Connection(accepted, false)
    for (let i = 0; i < enough; i++) {
      connection.queue(piece)
      connection.flush()
    }
    expect(accepted.destroyed).toBe(false)
    accepted.destroy()
    close()
  })
})
