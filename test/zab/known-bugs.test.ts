/** Historical faults of ZooKeeper as schedules of the small world: three servers, epoch 1 led by server 2, one write everywhere. */
import { expect, test } from 'vitest'
import { type Server, sameHistory, World } from './world.ts'

interface Story {
  readonly world: World
  readonly a: Server
  readonly b: Server
  readonly c: Server
}

/** B leads epoch 1 and ⟨1.1⟩ is committed everywhere; then C goes down and ⟨1.2⟩ is committed by A and B. */
function missedByC(): Story {
  const world = new World(1n, { voters: 3 })
  const [a, b, c] = world.servers as [Server, Server, Server]
  world.elect(b, [a, c])
  world.settle()
  world.write(b)
  world.settle()
  world.crash(c)
  world.write(b)
  world.settle()
  expect(world.committed).toHaveLength(2)
  return { world, a, b, c }
}

function restart({ world }: Story, ...servers: Server[]): void {
  for (const server of servers) {
    if (server.role !== 'DOWN') world.crash(server)
    world.start(server)
  }
}

/** Takes steps until the condition holds. */
function until(world: World, what: string, condition: () => boolean): void {
  for (let taken = 0; !condition(); taken++) {
    const step = world.steps()[0]
    if (step === undefined || taken > 1000) throw new Error(`never: ${what}`)
    step()
  }
}

test('known bugs 1 to 3 (ZOOKEEPER-4643, 4646, 3911): C crashes at every step of its synchronization, and never forgets what it has acked', () => {
  for (let steps = 0; ; steps++) {
    const story = missedByC()
    const { world, a, b, c } = story
    world.crash(b)
    restart(story, a, c)
    world.elect(a, [c])
    for (let taken = 0; taken < steps; taken++) world.steps()[0]?.()
    const isDone = world.steps().length === 0
    world.crash(c)
    world.crash(a)
    restart(story, b, c)
    world.electBestOf([b, c])
    world.settle()
    expect(
      [b, c].every(({ isServing }) => isServing),
      `crash after ${steps} steps`,
    ).toBe(true)
    expect(b.memory).toHaveLength(2)
    expect(sameHistory(b.memory, c.memory)).toBe(true)
    world.heal()
    if (isDone) return
  }
})

test('known bug 6 (ZOOKEEPER-5094): C is cut off at every step of TRUNC and what follows, and its memory is its disk', () => {
  for (let steps = 0; ; steps++) {
    const world = new World(2n, { voters: 3 })
    const [a, b, c] = world.servers as [Server, Server, Server]
    world.elect(c, [a, b])
    world.settle()
    world.write(c)
    world.settle()
    // ⟨1.2⟩ reaches nobody else.
    for (const link of [...world.links]) world.cut(link)
    while (world.noticeCut());
    world.write(c)
    world.flush(c)
    world.crash(c)
    for (const server of [a, b]) until(world, 'A and B look for a leader', () => server.role === 'LOOKING')
    world.elect(b, [a])
    until(world, 'B serves', () => b.isServing)
    world.settle()
    world.start(c)
    world.follow(c, b)
    world.write(b)
    let isDone = false
    for (let taken = 0; taken < steps && !isDone; taken++) {
      const step = world.steps()[0]
      isDone = step === undefined
      step?.()
    }
    if (c.link !== null) world.cut(c.link)
    world.settle()
    // `endRole` has compared memory and disk; now the server is restarted from that disk.
    world.crash(c)
    world.heal()
    if (isDone) return
  }
})

test('known bug 7 (ZOOKEEPER-3642): C is cut off at every step of SNAP, and its memory is its disk', () => {
  for (let steps = 0; ; steps++) {
    const { world, a, b, c } = missedByC()
    world.crash(a)
    world.crash(b)
    // Nothing but the snapshot is left in memory.
    for (const server of [a, b]) {
      server.disk.snapshotAt = server.disk.history.length
      world.start(server)
    }
    world.elect(b, [a])
    world.settle()
    world.start(c)
    world.follow(c, b)
    let isDone = false
    for (let taken = 0; taken < steps && !isDone; taken++) {
      const step = world.steps()[0]
      isDone = step === undefined
      step?.()
    }
    if (c.link !== null) world.cut(c.link)
    world.settle()
    world.crash(c)
    world.heal()
    if (!isDone) continue
    expect(c.notes.map(({ name }) => name)).toContain('snap-received')
    return
  }
})

test('known bug 10 (ZOOKEEPER-2845): the old leader does not forget its own uncommitted proposal; it is truncated', () => {
  const world = new World(3n, { voters: 3 })
  const [a, b, c] = world.servers as [Server, Server, Server]
  world.elect(a, [b, c])
  world.settle()
  world.write(a)
  world.settle()
  for (const link of [...world.links]) world.cut(link)
  while (world.noticeCut());
  const lost = world.write(a)
  world.pass(300)
  expect(a.role).toBe('LOOKING')
  expect(a.position).toBe(lost.zxid)
  world.elect(b, [c])
  world.settle()
  world.follow(a, b)
  world.settle()
  expect(a.notes.map(({ name }) => name)).toContain('trunc-received')
  expect(a.disk.history).toHaveLength(1)
  world.heal()
})

test('known bug 14: C joins at every instant of a commit', () => {
  for (let steps = 0; ; steps++) {
    const { world, b, c } = missedByC()
    world.write(b)
    world.write(b)
    let isDone = false
    for (let taken = 0; taken < steps && !isDone; taken++) {
      const step = world.steps()[0]
      isDone = step === undefined
      step?.()
    }
    world.start(c)
    world.follow(c, b)
    world.settle()
    expect(c.isServing).toBe(true)
    expect(c.memory).toHaveLength(4)
    if (isDone) return
  }
})

test('known bug 19 (ZOOKEEPER-790): a leader that never served votes with its old position', () => {
  for (let steps = 0; ; steps++) {
    const { world, a, b, c } = missedByC()
    world.crash(a)
    world.crash(b)
    world.start(b)
    world.start(c)
    world.elect(b, [c])
    for (let taken = 0; taken < steps && !b.isServing; taken++) world.steps()[0]?.()
    if (b.isServing) return
    world.crash(c)
    world.pass(2000)
    expect(b.role).toBe('LOOKING')
    expect(b.position).toBe(0x100000002n)
  }
})

test('known bug 50 f: an ack goes on counting only while the disk has what was acked', () => {
  const world = new World(4n, { voters: 3 })
  const [a, b, c] = world.servers as [Server, Server, Server]
  world.elect(a, [b, c])
  world.settle()
  const txn = world.write(a)
  // A's own disk stalls, C lags; B logs and acks, loses the connection and comes back.
  const toB = world.links.find(({ learner }) => learner === b)
  if (toB === undefined) throw new Error('no link')
  world.deliverToLearner(toB)
  world.flush(b)
  world.deliverToLeader(toB)
  world.cut(toB)
  while (world.noticeCut());
  until(world, 'B looks', () => {
    world.endRole(b)
    return b.role === 'LOOKING'
  })
  expect(a.disk.history).toEqual([])
  world.follow(b, a)
  world.connect(b)
  b.timers.delete('connect')
  for (let taken = 0; taken < 20; taken++) {
    const link = world.links.find(({ learner }) => learner === b)
    if (link === undefined) throw new Error('no link')
    world.deliverToLeader(link)
    world.deliverToLearner(link)
    world.operate(b)
    expect(b.disk.history.map(({ zxid }) => zxid)).toEqual([txn.zxid])
    expect(b.isServing).toBe(false)
  }
  world.flush(a)
  expect(world.committed).toHaveLength(1)
  world.crash(a)
  expect(c.disk.history).toEqual([])
  world.heal()
  expect(c.disk.history).toHaveLength(2)
})
