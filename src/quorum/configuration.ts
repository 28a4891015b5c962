/** Who is in the ensemble, where it is reached, and what is a quorum of it. */
import type { Sid } from '../kernel/index.ts'
import { hierarchical } from './hierarchical.ts'
import { majority } from './majority.ts'
import type { QuorumVerifier } from './verifier.ts'

/** Whether a server votes, or only follows. Source: `QuorumPeer.LearnerType`. */
export type LearnerType = 'participant' | 'observer'

/** Where a server takes clients. */
export interface ClientAddress {
  readonly host: string
  readonly port: number
}

/** One address of a server, with the ports on which servers talk to it. */
export interface QuorumAddress {
  readonly host: string
  readonly quorumPort: number
  readonly electionPort: number
}

/** One member. Source: `QuorumPeer.QuorumServer`. */
export interface QuorumServer {
  readonly id: Sid
  /** At least one. */
  readonly addresses: readonly QuorumAddress[]
  readonly type: LearnerType
  /** Null when it is known only from that server's own `clientPort`. */
  readonly clientAddress: ClientAddress | null
  /** The same for clients that use TLS. */
  readonly secureClientAddress: ClientAddress | null
}

/** A configuration of the ensemble, immutable. */
export interface EnsembleConfiguration {
  /** 0 for a static one; otherwise the zxid of the reconfiguration that made it. */
  readonly version: bigint
  /** All members, observers too, by ascending sid. */
  readonly servers: ReadonlyMap<Sid, QuorumServer>
  /** The groups of hierarchical quorums, null for majorities. */
  readonly groups: ReadonlyMap<bigint, readonly Sid[]> | null
  /** The weights that were stated; see {@link QuorumVerifier.weightOf} for the rest. */
  readonly weights: ReadonlyMap<Sid, number>
  /** The quorum rule that follows from all this. */
  readonly verifier: QuorumVerifier
}

/** A configuration that cannot be used; the message says which line or key is wrong and why. */
export class ConfigurationError extends Error {
  override name = 'ConfigurationError'
}

/** What turns majorities into hierarchical quorums, and which version it is. */
export interface ConfigurationOptions {
  readonly version?: bigint
  readonly groups?: ReadonlyMap<bigint, readonly Sid[]>
  readonly weights?: ReadonlyMap<Sid, number>
}

/**
 * The configuration of these servers: hierarchical as soon as there is a group or a weight, majorities otherwise.
 * Throws {@link ConfigurationError} when it makes no sense. Source: `QuorumPeerConfig.parseDynamicConfig`.
 */
export function configurationOf(servers: Iterable<QuorumServer>, options: ConfigurationOptions = {}): EnsembleConfiguration {
  const { version = 0n, groups = new Map<bigint, readonly Sid[]>(), weights = new Map<Sid, number>() } = options
  const members = new Map([...servers].sort((a, b) => compareIds(a.id, b.id)).map((server) => [server.id, server]))
  const voters = [...members.values()].filter(({ type }) => type === 'participant').map(({ id }) => id)
  if (voters.length === 0) throw new ConfigurationError('no server is a participant: there is nobody to elect a leader')
  if (voters.length === 1 && members.size > 1) throw new ConfigurationError('observers need an ensemble of at least two participants')
  const isHierarchical = groups.size > 0 || weights.size > 0
  if (isHierarchical) checkGroups(groups, voters)
  return {
    version,
    servers: members,
    groups: isHierarchical ? groups : null,
    weights,
    verifier: isHierarchical ? hierarchical(groups, weights, voters) : majority(voters),
  }
}

/**
 * Whether two configurations mean the same, whatever their versions: the same servers with the same addresses and types, and
 * the same groups and weights. Source: `QuorumMaj.equals`, `QuorumHierarchical.equals` (which skip the comparison when the
 * versions are equal).
 */
export function sameMembers(a: EnsembleConfiguration, b: EnsembleConfiguration): boolean {
  return fingerprint(a) === fingerprint(b)
}

/** Orders sids and group ids. */
export function compareIds(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** Orders addresses by host alone, as Java does where their order shows. */
export function compareHosts(a: QuorumAddress, b: QuorumAddress): number {
  return a.host < b.host ? -1 : a.host > b.host ? 1 : 0
}

function checkGroups(groups: ReadonlyMap<bigint, readonly Sid[]>, voters: readonly Sid[]): void {
  const groupOf = new Map<Sid, bigint>()
  for (const [gid, members] of groups) {
    for (const sid of members) {
      const other = groupOf.get(sid)
      if (other !== undefined) throw new ConfigurationError(`group.${gid}: server ${sid} is in group ${other} already`)
      groupOf.set(sid, gid)
    }
  }
  const outside = voters.find((sid) => !groupOf.has(sid))
  if (outside !== undefined) throw new ConfigurationError(`server.${outside}: with groups or weights every participant must be in a group`)
}

function fingerprint({ servers, groups, verifier }: EnsembleConfiguration): string {
  const members = [...servers.values()].map((server) => [
    String(server.id),
    server.type,
    [...server.addresses].map(({ host, quorumPort, electionPort }) => `${host} ${quorumPort} ${electionPort}`).sort(compareTexts),
    server.clientAddress && [server.clientAddress.host, server.clientAddress.port],
    server.secureClientAddress && [server.secureClientAddress.host, server.secureClientAddress.port],
    verifier.weightOf(server.id),
  ])
  const teams = [...(groups ?? [])].sort(([a], [b]) => compareIds(a, b)).map(([gid, sids]) => [String(gid), [...sids].sort(compareIds).map(String)])
  return JSON.stringify([verifier.kind, members, teams])
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
