/** `conf`: what the server runs with. */
import type { PeerSettings, ServerView } from '../peer/index.ts'
import type { HostFacts } from './facts.ts'

/** One `key=value` per line; in an ensemble the membership follows. Source: `ConfCommand`, `ZooKeeperServerConf`, `QuorumZooKeeperServer.dumpConf`. */
export function configurationReport({ settings, membership, mode }: ServerView, facts: HostFacts): string {
  const lines = [
    `clientPort=${settings.clientPort ?? -1}`,
    `secureClientPort=${settings.secureClientPort ?? -1}`,
    `dataDir=${facts.dataDir}`,
    `dataDirSize=${facts.dataDirSize}`,
    `dataLogDir=${facts.dataLogDir}`,
    `dataLogSize=${facts.dataLogSize}`,
    `tickTime=${settings.tickTime}`,
    `maxClientCnxns=${settings.maxClientCnxns}`,
    `minSessionTimeout=${settings.minSessionTimeout}`,
    `maxSessionTimeout=${settings.maxSessionTimeout}`,
    `clientPortListenBacklog=${facts.clientPortListenBacklog}`,
    `serverId=${settings.ensemble === null ? 0 : settings.myid}`,
    ...ensembleLines(settings),
  ]
  const text = `${lines.join('\n')}\n`
  return membership === null || mode === 'read-only' ? text : `${text}membership: \n${membership}`
}

function ensembleLines({ ensemble, myid, initLimit, syncLimit }: PeerSettings): string[] {
  const self = ensemble?.servers.get(myid)
  const [address] = self?.addresses ?? []
  if (self === undefined || address === undefined) return []
  return [
    `initLimit=${initLimit}`,
    `syncLimit=${syncLimit}`,
    'electionAlg=3',
    `electionPort=${address.electionPort}`,
    `quorumPort=${address.quorumPort}`,
    `peerType=${self.type === 'observer' ? 1 : 0}`,
  ]
}
