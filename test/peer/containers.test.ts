import { describe, expect, it } from 'vitest'
import {
  CreateMode,
  CreateRequest,
  CreateTTLRequest,
  DeleteRequest,
  KeeperErrorCode,
  OPEN_ACL_UNSAFE,
  OpCode,
  SetDataRequest,
} from '../../src/wire/index.ts'
import { createRequest, LoneServer, requestFrame } from '../support/lone-server.ts'

const sweeping = { containerCheckInterval: 1000, extendedTypesEnabled: true, maxSessionTimeout: 1_000_000 }

function start(changed = {}): { server: LoneServer; client: number; has: (path: string) => boolean } {
  const server = new LoneServer(undefined, { ...sweeping, ...changed })
  const client = server.connect({ timeOut: 1_000_000 }).connection
  return { server, client, has: (path) => server.peer.database.tree.getNode(path) !== undefined }
}

function container(server: LoneServer, client: number, path: string): void {
  expect(server.request(client, 1, OpCode.createContainer, CreateRequest, createRequest(path, CreateMode.CONTAINER))?.err).toBe(0)
}

function ttl(server: LoneServer, client: number, path: string, ms: bigint): void {
  const request = { path, data: null, acl: OPEN_ACL_UNSAFE, flags: CreateMode.PERSISTENT_WITH_TTL, ttl: ms }
  expect(server.request(client, 1, OpCode.createTTL, CreateTTLRequest, request)?.err).toBe(0)
}

describe('a container', () => {
  it('goes at the check after its last child has gone, not before', () => {
    const { server, client, has } = start()
    container(server, client, '/c')
    server.create(client, 2, '/c/child')
    for (let i = 0; i < 5; i++) server.tick()
    expect(has('/c')).toBe(true)
    server.request(client, 3, OpCode.delete, DeleteRequest, { path: '/c/child', version: -1 })
    expect(has('/c')).toBe(true)
    server.tick()
    server.tick()
    expect(has('/c')).toBe(false)
  })

  it('has children at once, also when its flags are those of an ephemeral, which are not looked at', () => {
    const { server, client, has } = start()
    server.diskIsPrompt = false
    server.send(client, requestFrame(1, OpCode.createContainer, CreateRequest, createRequest('/c', CreateMode.EPHEMERAL)))
    server.send(client, requestFrame(2, OpCode.create, CreateRequest, createRequest('/c/child')))
    for (let round = 0; round < 3; round++) server.answerDisk()
    expect(server.replies(client).map(({ err }) => err)).toEqual([0, 0])
    expect(has('/c/child')).toBe(true)
  })

  it('stays while it never had a child, unless an end is set to that', () => {
    const unused = start()
    container(unused.server, unused.client, '/c')
    for (let i = 0; i < 50; i++) unused.server.tick()
    expect(unused.has('/c')).toBe(true)

    const limited = start({ containerMaxNeverUsedInterval: 10_000 })
    container(limited.server, limited.client, '/c')
    for (let i = 0; i < 9; i++) limited.server.tick()
    expect(limited.has('/c')).toBe(true)
    for (let i = 0; i < 5; i++) limited.server.tick()
    expect(limited.has('/c')).toBe(false)
  })

  it('stays when it gets a child after it was found empty', () => {
    const { server, client, has } = start()
    container(server, client, '/c')
    server.create(client, 2, '/c/1')
    server.request(client, 3, OpCode.delete, DeleteRequest, { path: '/c/1', version: -1 })
    server.diskIsPrompt = false
    server.send(client, requestFrame(4, OpCode.create, CreateRequest, createRequest('/c/2')))
    server.tick()
    server.tick()
    for (let i = 0; i < 4; i++) server.answerDisk()
    expect(has('/c')).toBe(true)
    expect(has('/c/2')).toBe(true)
  })

  it('goes no faster than the bound per minute', () => {
    const { server, client } = start({ containerMaxPerMinute: 120 })
    for (let i = 0; i < 10; i++) {
      container(server, client, `/c${i}`)
      server.create(client, 2, `/c${i}/x`)
      server.request(client, 3, OpCode.delete, DeleteRequest, { path: `/c${i}/x`, version: -1 })
    }
    const left: number[] = []
    for (let i = 0; i < 5; i++) {
      server.tick()
      left.push(server.peer.database.tree.containers.size)
    }
    // Two a second, and a tick here is a second.
    expect(left).toEqual([8, 6, 4, 2, 0])
  })

  it('cannot be deleted by a client asking for what the server asks of itself', () => {
    const { server, client, has } = start()
    server.create(client, 1, '/a')
    const zxid = server.peer.database.lastProcessedZxid
    server.send(client, requestFrame(2, OpCode.deleteContainer, { write: (w) => w.raw(new TextEncoder().encode('/a')), read: () => null }, null))
    expect(server.replies(client)).toMatchObject([{ err: KeeperErrorCode.UNIMPLEMENTED, zxid: -1n }])
    expect(has('/a')).toBe(true)
    // And it does not even cost a transaction.
    expect(server.peer.database.lastProcessedZxid).toBe(zxid)
  })
})

describe('a node with a time to live', () => {
  it('goes when its data were not changed for so long; a change gives it the whole time again', () => {
    const { server, client, has } = start()
    ttl(server, client, '/t', 5000n)
    for (let i = 0; i < 4; i++) server.tick()
    server.request(client, 2, OpCode.setData, SetDataRequest, { path: '/t', data: null, version: -1 })
    for (let i = 0; i < 5; i++) server.tick()
    expect(has('/t')).toBe(true)
    server.tick()
    expect(has('/t')).toBe(false)
  })

  it('stays while it has children, and their coming and going is no change of it', () => {
    const { server, client, has } = start()
    ttl(server, client, '/t', 3000n)
    server.create(client, 2, '/t/child')
    for (let i = 0; i < 10; i++) server.tick()
    expect(has('/t')).toBe(true)
    server.request(client, 3, OpCode.delete, DeleteRequest, { path: '/t/child', version: -1 })
    server.tick()
    expect(has('/t')).toBe(false)
  })

  it('is refused while extended types are off', () => {
    const { server, client } = start({ extendedTypesEnabled: false })
    const request = { path: '/t', data: null, acl: OPEN_ACL_UNSAFE, flags: CreateMode.PERSISTENT_WITH_TTL, ttl: 1n }
    expect(server.request(client, 1, OpCode.createTTL, CreateTTLRequest, request)?.err).toBe(KeeperErrorCode.UNIMPLEMENTED)
  })
})
