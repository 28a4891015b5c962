/** Claims about what others use ZooKeeper for: the protocol of each, in a few calls. */
import { isKeeperError, type ZooKeeper } from '../../src/client/index.ts'
import { fromUtf8 } from '../../src/kernel/index.ts'
import { ensurePath, Group, ServiceRegistry } from '../../src/recipes/index.ts'
import { columns } from '../support/columns.ts'
import type { Claim, Topic } from './claim.ts'
import type { Run } from './run.ts'

const SERVERS = ['s1', 's2', 's3']
const TIMEOUT = 2000

const nameNodes: Claim = {
  number: 49,
  claim: 'Hadoop uses it for the NameNode and the SecondaryNameNode',
  verdict: 'false',
  truth: 'For the active and the standby NameNode, of which one takes over. A SecondaryNameNode only merges files, and takes over nothing.',
  evidence: async (run) => {
    await run.open()
    const rows: string[][] = []
    for (const steps of [0, 1, 2] as const) {
      const root = `/ha-${steps}`
      const [one, two] = [
        await run.client(`nn1-${steps}`, SERVERS, { timeout: TIMEOUT }),
        await run.client(`nn2-${steps}`, SERVERS, { timeout: TIMEOUT }),
      ]
      await run.answer(ensurePath(one, root))
      await run.answer(becomeActive(one, root, 'nn1', steps))
      run.ensemble.world.crash(`nn1-${steps}`, 'kill')
      await run.until('the lock is free', () => run.dataAt(run.leader, `${root}/lock`) === null)
      const fenced = await run.answer(becomeActive(two, root, 'nn2', 2))
      rows.push([['nothing', 'lock', 'lock and breadcrumb'][steps] as string, run.dataAt(run.leader, `${root}/lock`) ?? 'nobody', fenced ?? '-'])
    }
    run.show(columns([['nn1 dies having made', 'active afterwards', 'fenced before that'], ...rows]))
    const takenOver = rows.filter(([, active]) => active === 'nn2').length
    run.found(takenOver === 0, `nn1 dies at ${rows.length} different steps: ${takenOver} times nn2 takes over its work`)
    const fencings = rows.filter(([, , fenced]) => fenced === 'nn1').length
    run.found(
      fencings === 0,
      `when nn1 may have begun to serve, nn2 first cuts it off for certain: ${fencings} time, by what its persistent breadcrumb says`,
    )
  },
}

const kafka: Claim = {
  number: 50,
  claim: 'Kafka keeps its brokers, topics and partitions in ZooKeeper',
  verdict: 'half',
  truth: 'It did until version 4, and only what is known about them: who is there, who leads, in which epoch. Messages never were in it.',
  evidence: async (run) => {
    await run.open()
    const brokers: ZooKeeper[] = []
    for (const name of ['b1', 'b2', 'b3']) {
      const zk = await run.client(name, SERVERS, { timeout: TIMEOUT })
      brokers.push(zk)
      await run.answer(ensurePath(zk, '/brokers/ids'))
      await run.answer(zk.create(`/brokers/ids/${name}`, { mode: 'EPHEMERAL' }))
    }
    const [b1, b2, b3] = brokers as [ZooKeeper, ZooKeeper, ZooKeeper]
    await run.answer(b1.create('/controller_epoch', { data: '0' }))
    const first = await run.answer(becomeController(b1, 'b1'))
    const state = '/brokers/topics/seats/partitions/0/state'
    await run.answer(ensurePath(b1, state))
    await run.answer(asController(b1, first, state, 'leader b1, isr b1 b2 b3'))
    const { watch } = await run.answer(b2.exists('/controller', { watch: true }))
    run.ensemble.world.pause('b1')
    run.fault('b1, the controller, stands still until its session has expired.')
    const event = await run.answer(watch)
    const { children } = await run.answer(b2.getChildren('/brokers/ids'))
    run.found(
      !children.includes('b1'),
      `brokers are ephemerals: ${[...children].sort((a, b) => (a < b ? -1 : 1)).join(' and ')} are left, and whoever watched is told ${event.type}`,
    )
    const second = await run.answer(becomeController(b2, 'b2'))
    await run.answer(asController(b2, second, state, 'leader b2, isr b2 b3'))
    const late = await run.outcome(asController(b3, first, state, 'leader b1'))
    run.found(
      second > first && late === 'BADVERSION',
      `b2 is controller of epoch ${second}; an order of epoch ${first} that comes late: ${late}; the partition has "${run.dataAt(run.leader, state)}"`,
    )
    const logs = new Map(
      run
        .dataAt(run.leader, state)
        ?.match(/\bb\d(?= |$)/g)
        ?.map((broker) => [broker, [] as string[]]),
    )
    for (const message of ['Ada', 'Ben', 'Cleo']) for (const log of logs.values()) log.push(message)
    const kept = logs.get('b2') ?? []
    const inTree = kept.filter((message) => holds(run, '/', message)).length
    run.found(
      inTree === kept.length,
      `${kept.length} messages are in the logs of ${[...logs.keys()].join(' and ')}; of these, in the tree: ${inTree}`,
    )
  },
}

const dubbo: Claim = {
  number: 51,
  claim: 'Dubbo registers its services in ZooKeeper',
  verdict: 'true',
  truth: 'Providers are ephemerals below their service, consumers watch the children: who dies is no longer called.',
  evidence: async (run) => {
    await run.open()
    const consumer = await run.client('consumer', SERVERS, { timeout: 8000 })
    for (const name of ['one', 'two']) {
      const zk = await run.client(name, SERVERS, { timeout: TIMEOUT })
      await run.answer(new ServiceRegistry(zk, '/services').register('tickets', name, `10.1.0.${name === 'one' ? 1 : 2}:20880`))
    }
    const seen: string[] = []
    const listen = async () => {
      for await (const instances of new ServiceRegistry(consumer, '/services').instances('tickets')) {
        seen.push(instances.map(({ data }) => fromUtf8(data ?? new Uint8Array(0))).join(' '))
      }
    }
    run.begun(listen())
    await run.until('the consumer knows', () => seen.length > 0)
    run.found(seen.at(-1)?.split(' ').length === 2, `two providers register: the consumer knows ${seen.at(-1)}`)
    run.ensemble.world.crash('one', 'kill')
    await run.wait(2 * TIMEOUT)
    run.found(seen.at(-1) === '10.1.0.2:20880', `one of them dies: without asking, the consumer knows ${seen.at(-1)}`)
  },
}

const hbase: Claim = {
  number: 52,
  claim: 'HBase uses it to notice that a RegionServer has failed',
  verdict: 'true',
  truth: 'RegionServers are ephemerals, and the master watches them. The master is one too, so that another may take its place.',
  evidence: async (run) => {
    await run.open()
    const regions = new Map([
      ['seats 1-20', 'r1'],
      ['seats 21-40', 'r2'],
    ])
    for (const name of ['r1', 'r2']) await run.answer(new Group(await run.client(name, SERVERS, { timeout: TIMEOUT }), '/rs').join(name))
    const moved: string[] = []
    const master = async (zk: ZooKeeper) => {
      for await (const alive of new Group(zk, '/rs').members()) {
        for (const [region, server] of regions) {
          const heir = alive[0]
          if (alive.includes(server) || heir === undefined) continue
          regions.set(region, heir)
          moved.push(`${region} from ${server} to ${heir}`)
        }
      }
    }
    const [active, backup] = [await run.client('m1', SERVERS, { timeout: TIMEOUT }), await run.client('m2', SERVERS, { timeout: TIMEOUT })]
    await run.answer(active.create('/master', { mode: 'EPHEMERAL', data: 'm1' }))
    const { watch } = await run.answer(backup.exists('/master', { watch: true }))
    run.begun(master(active))
    await run.wait(200)
    run.ensemble.world.crash('r1', 'kill')
    await run.wait(2 * TIMEOUT)
    run.found(moved.length === 1, `r1 dies; the master is told, and moves ${moved.join()}`)
    run.ensemble.world.crash('m1', 'kill')
    await run.answer(watch)
    await run.answer(backup.create('/master', { mode: 'EPHEMERAL', data: 'm2' }))
    run.found(
      run.dataAt(run.leader, '/master') === 'm2',
      `the master dies too; the one that watched it is told, and master is ${run.dataAt(run.leader, '/master')}`,
    )
  },
}

export const wild: Topic = { name: 'In the wild', claims: [nameNodes, kafka, dubbo, hbase] }

/** Takes the lock, cuts off whoever the breadcrumb names, and leaves a breadcrumb of its own. Returns who was cut off. Only so many steps are taken. */
async function becomeActive(zk: ZooKeeper, root: string, name: string, steps: 0 | 1 | 2): Promise<string | null> {
  if (steps === 0) return null
  await zk.create(`${root}/lock`, { mode: 'EPHEMERAL', data: name })
  if (steps === 1) return null
  const path = `${root}/breadcrumb`
  const { stat } = await zk.exists(path)
  if (stat === null) {
    await zk.create(path, { data: name })
    return null
  }
  const before = fromUtf8((await zk.getData(path)).data ?? new Uint8Array(0))
  await zk.setData(path, name, { version: stat.version })
  return before
}

/** Takes the controller's znode and the next epoch in one transaction. Returns the epoch: the version of its znode. */
async function becomeController(zk: ZooKeeper, name: string): Promise<number> {
  const { stat } = await zk.getData('/controller_epoch')
  await zk.multi([
    { op: 'create', path: '/controller', mode: 'EPHEMERAL', data: name },
    { op: 'setData', path: '/controller_epoch', data: String(stat.version + 1), version: stat.version },
  ])
  return stat.version + 1
}

/** Writes as the controller of an epoch, if that still is the latest. */
async function asController(zk: ZooKeeper, epoch: number, path: string, data: string): Promise<void> {
  try {
    await zk.multi([
      { op: 'check', path: '/controller_epoch', version: epoch },
      { op: 'setData', path, data },
    ])
  } catch (error) {
    throw isKeeperError(error) ? error : new Error(String(error))
  }
}

/** Whether any znode at or below a path has this text in its data. */
function holds(run: Run, path: string, text: string): boolean {
  if (run.dataAt(run.leader, path)?.includes(text)) return true
  const { children } = run.peer(run.leader).database.tree.getNode(path) ?? {}
  return [...(children ?? [])].some((name) => holds(run, `${path === '/' ? '' : path}/${name}`, text))
}
