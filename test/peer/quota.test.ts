import { describe, expect, it } from 'vitest'
import { MultiRequest } from '../../src/client/multi.ts'
import { fromUtf8, utf8 } from '../../src/kernel/index.ts'
import { statPath } from '../../src/tree/index.ts'
import { DeleteRequest, KeeperErrorCode, OpCode, SetDataRequest } from '../../src/wire/index.ts'
import { createRequest, LoneServer } from '../support/lone-server.ts'

/** A server on which `/a` has these limits. */
function limited(limits: string, settings = {}): { server: LoneServer; client: number; stats: (server?: LoneServer) => string } {
  const server = new LoneServer(undefined, { enforceQuota: true, ...settings })
  const client = server.connect().connection
  server.create(client, 1, '/a')
  server.create(client, 2, '/zookeeper/quota/a')
  server.create(client, 3, '/zookeeper/quota/a/zookeeper_limits', 0, limits)
  server.create(client, 4, '/zookeeper/quota/a/zookeeper_stats', 0, 'count=0,bytes=0')
  const stats = (of = server) => fromUtf8(of.peer.database.tree.getNode(statPath('/a'))?.data as Uint8Array)
  return { server, client, stats }
}

function set(server: LoneServer, client: number, path: string, data: string): number | undefined {
  return server.request(client, 9, OpCode.setData, SetDataRequest, { path, data: utf8(data), version: -1 })?.err
}

const { QUOTAEXCEEDED } = KeeperErrorCode

describe('a hard quota', () => {
  it('refuses the node beyond its count, and takes one again after a delete', () => {
    const { server, client, stats } = limited('count=-1,bytes=-1=;countHardLimit=2')
    expect(server.create(client, 5, '/a/1')?.err).toBe(0)
    expect(server.create(client, 6, '/a/2')?.err).toBe(QUOTAEXCEEDED)
    expect(stats()).toBe('count=2,bytes=0')
    server.request(client, 7, OpCode.delete, DeleteRequest, { path: '/a/1', version: -1 })
    expect(server.create(client, 8, '/a/2')?.err).toBe(0)
  })

  it('refuses the byte beyond its bytes, in create and in setData', () => {
    const { server, client } = limited('count=-1,bytes=-1=;byteHardLimit=4')
    expect(server.create(client, 5, '/a/1', 0, '12345')?.err).toBe(QUOTAEXCEEDED)
    expect(server.create(client, 6, '/a/1', 0, '123')?.err).toBe(0)
    expect(set(server, client, '/a/1', '12345')).toBe(QUOTAEXCEEDED)
    expect(set(server, client, '/a/1', '1234')).toBe(0)
    expect(set(server, client, '/a', 'x')).toBe(QUOTAEXCEEDED)
    expect(set(server, client, '/a/1', '')).toBe(0)
  })

  it('stands before the version: what is too much is refused for that', () => {
    const { server, client } = limited('count=-1,bytes=-1=;byteHardLimit=4')
    const reply = server.request(client, 5, OpCode.setData, SetDataRequest, { path: '/a', data: utf8('12345'), version: 77 })
    expect(reply?.err).toBe(QUOTAEXCEEDED)
  })

  it('refuses a multi as a whole', () => {
    const { server, client, stats } = limited('count=-1,bytes=-1=;byteHardLimit=4')
    const create = (path: string, data: string) => ({ type: OpCode.create2, record: createRequest(path, 0, data) }) as const
    server.request(client, 5, OpCode.multi, MultiRequest, [create('/a/1', 'x'), create('/a/2', '12345')])
    expect(stats()).toBe('count=1,bytes=0')
  })

  it('refuses nothing unless it is enforced', () => {
    const { server, client } = limited('count=-1,bytes=-1=;countHardLimit=1', { enforceQuota: false })
    expect(server.create(client, 5, '/a/1')?.err).toBe(0)
  })
})

describe('a soft quota', () => {
  it('refuses nothing and goes on counting', () => {
    const { server, client, stats } = limited('count=1,bytes=1')
    expect(server.create(client, 5, '/a/1', 0, 'xyz')?.err).toBe(0)
    expect(stats()).toBe('count=2,bytes=3')
  })

  it('is counted anew after a restart', () => {
    const { server, client, stats } = limited('count=1,bytes=1')
    server.create(client, 5, '/a/1', 0, 'xyz')
    expect(set(server, client, statPath('/a'), 'count=99,bytes=99=;countHardLimit=5')).toBe(0)
    const again = new LoneServer(server.disk)
    // Every start takes a snapshot; from the second on the stats come out of one.
    const later = new LoneServer(again.disk)
    expect(stats(later)).toBe('count=2,bytes=3')
    const other = later.connect().connection
    later.create(other, 1, '/a/2', 0, 'x')
    expect(stats(later)).toBe('count=3,bytes=4')
  })
})
