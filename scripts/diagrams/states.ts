/**
 * The state diagrams: a server's life, the way into an epoch, and a client. Seeded ensembles go through all kinds of trouble while
 * their fields are watched. A step that the source can take and that no run has shown would be missing without anybody noticing:
 * so every function of the source that assigns to a field must have been seen, or there is no diagram.
 */
import { dirname } from 'node:path'
import ts from 'typescript'
import { createClient, type ZooKeeper } from '../../src/client/index.ts'
import {
  drawFaults,
  Ensemble,
  type EnsembleOptions,
  ensembleOptions,
  FAULT_KINDS,
  heal,
  Programs,
  planFaults,
} from '../../src/hosts/simulation/index.ts'
import { Following } from '../../src/peer/following.ts'
import { createPeer, type Peer, type PeerSettings } from '../../src/peer/index.ts'
import { Leading } from '../../src/peer/leading.ts'
import type { Role } from '../../src/peer/service.ts'
import { nodesOf, type Source, sources } from '../../test/support/source.ts'
import type { Drawing } from '../book/drawings.ts'
import { Transitions } from './transitions.ts'

const SEEDS = [1n, 2n, 3n, 4n, 5n, 6n]
const TROUBLE = { observers: 1, clients: 1, duration: 30_000, faults: { kinds: FAULT_KINDS, interval: 2500 } }
const ROLES = { leader: 'LEADING', follower: 'FOLLOWING', observer: 'OBSERVING', standalone: 'STANDALONE', 'read-only': 'LOOKING, read-only' }

/** All state diagrams. */
export async function stateDiagrams(): Promise<Drawing[]> {
  const servers = watchServers()
  const clients = await watchClients()
  return [
    drawing('states-server', 'src/peer/life.ts', servers.life, 'phase'),
    drawing('states-leader', 'src/zab/leader-state.ts', servers.leader, 'zabState'),
    drawing('states-learner', 'src/zab/learner-state.ts', servers.learner, 'stage'),
    drawing('states-connection', 'src/client/state.ts', clients.connection, 'connection'),
    drawing('states-session', 'src/client/state.ts', clients.session, 'session'),
  ]
}

/** Ensembles under faults, which are stopped in good order at the end, and a server that stands alone. */
function watchServers() {
  const seen = { life: new Transitions(), leader: new Transitions(), learner: new Transitions() }
  for (const seed of SEEDS) {
    const { world, members } = begin(ensembleOptions(seed, TROUBLE), (settings) => watchServer({ ...settings, readOnlyModeEnabled: true }, seen))
    world.runUntil(TROUBLE.duration)
    for (const { name } of members) if (world.isUp(name)) world.tell(name, { kind: 'stop' })
    world.runUntil(TROUBLE.duration * 2)
  }
  const alone = begin(ensembleOptions(1n, { servers: 1 }), (settings) => watchServer({ ...settings, ensemble: null }, seen))
  alone.world.runUntil(1000)
  return seen
}

function watchServer(settings: PeerSettings, { life, leader, learner }: ReturnType<typeof watchServers>): Peer {
  const peer = createPeer(settings)
  let role: Role | null = null
  const state = () => {
    if (peer.role !== role) role = peer.role
    else return stateOf(peer)
    if (role instanceof Leading) leader.watchField(role.machine, 'zabState')
    if (role instanceof Following) learner.watchField(role.machine, 'stage')
    return stateOf(peer)
  }
  life.watch(state, [peer.life, 'phase'], [peer, 'role'])
  return peer
}

/** The phase of a server's life, or its role while it has one. Between the end of a role and what follows: null. */
function stateOf({ life: { phase }, role }: Peer): string | null {
  return phase === 'role' || role?.mode === 'read-only' ? role && ROLES[role.mode] : phase
}

/** Clients that begin again and again, at servers that may only be there for reading; now and then one has a wrong password. */
async function watchClients() {
  const seen = { connection: new Transitions(), session: new Transitions() }
  for (const seed of SEEDS) {
    const ensemble = begin(ensembleOptions(seed, TROUBLE), (settings) =>
      createPeer({ ...settings, readOnlyModeEnabled: true, localSessionsEnabled: true }),
    )
    const programs = new Programs(ensemble)
    programs.add('app', async (host) => {
      for (let life = 1; ; life++) {
        const zk = createClient(host, { servers: ensemble.connectString, timeout: 4000, canBeReadOnly: true })
        const { cnxn } = zk['driver']
        seen.connection.watchField(cnxn, 'connection')
        seen.session.watchField(cnxn, 'session')
        await use(zk, life % 3 === 0)
      }
    })
    await programs.runUntil(TROUBLE.duration)
    // Two of three servers are gone for a while: the third one can only be read from.
    heal(ensemble)
    for (const { name } of ensemble.members.slice(1)) ensemble.world.crash(name, 'kill')
    await programs.runUntil(TROUBLE.duration + 20_000)
    for (const { name } of ensemble.members) ensemble.world.start(name)
    await programs.runUntil(TROUBLE.duration + 40_000)
  }
  return seen
}

async function use(zk: ZooKeeper, isWrong: boolean): Promise<void> {
  for (let count = 0; count < 10 && zk.state().session !== 'LOST'; count++) {
    await zk.exists('/').catch(() => null)
    await zk.sleep(500)
  }
  if (isWrong) await zk.addAuth('nonsense', '').catch(() => null)
  await zk.close()
}

function begin(options: EnsembleOptions, createServer: (settings: PeerSettings) => Peer): Ensemble {
  const ensemble = new Ensemble(options, createServer)
  ensemble.start()
  planFaults(ensemble, drawFaults(ensemble))
  return ensemble
}

/** @param file where the states are declared; who assigns to the field stands in the same folder */
function drawing(name: string, file: string, seen: Transitions, field: string): Drawing {
  const files = sources(dirname(file))
  const missing = [
    ...assignersOf(files, field).filter((assigner) => !seen.assigners.has(assigner)),
    // A role is more than a phase: it is drawn by its own name.
    ...statesOf(files, file, field).filter((state) => !seen.states.has(state) && state !== 'role'),
  ]
  if (missing.length > 0) throw new Error(`diagrams/${name}: no run has shown ${missing.join(', ')}`)
  return { name, from: `${file} ${field}`, text: ['stateDiagram-v2', ...seen.draw().map((line) => `  ${line}`), ''].join('\n') }
}

/** The functions that assign to a field of this name. */
function assignersOf(files: readonly Source[], field: string): string[] {
  const names = files.flatMap(({ tree }) => [...nodesOf(tree)].filter((node) => isAssignment(node, field)).map(functionAround))
  return [...new Set(names)]
}

/** The values that a field may have, as its type or the type that this refers to says. */
function statesOf(files: readonly Source[], path: string, field: string): string[] {
  const file = files.find((one) => one.path === path)
  const declared = [...nodesOf((file as Source).tree)]
    .filter((node) => ts.isPropertySignature(node) || ts.isPropertyDeclaration(node))
    .find((node) => node.name.getText() === field)?.type
  const aliases = files.flatMap(({ tree }) => tree.statements.filter(ts.isTypeAliasDeclaration))
  const type = aliases.find(({ name }) => name.text === declared?.getText())?.type ?? declared
  return type === undefined ? [] : [...nodesOf(type)].filter(ts.isStringLiteral).map(({ text }) => text)
}

function isAssignment(node: ts.Node, field: string): boolean {
  return (
    ts.isBinaryExpression(node) &&
    node.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
    ts.isPropertyAccessExpression(node.left) &&
    node.left.name.text === field
  )
}

function functionAround(node: ts.Node): string {
  for (let { parent } = node; parent; { parent } = parent) {
    if ((ts.isFunctionDeclaration(parent) || ts.isMethodDeclaration(parent)) && parent.name) return parent.name.getText()
  }
  return ''
}
