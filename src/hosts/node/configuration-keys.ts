/** The keys of zoo.cfg: how each is read, what it is when it is missing, and which values contradict each other. */
import { z } from 'zod'

const wholeNumber = z
  .string()
  .regex(/^[+-]?\d{1,9}$/, 'not a whole number')
  .transform(Number)
const port = wholeNumber.refine((number) => number >= 0 && number <= 65535, 'port out of range: choose one from 0 to 65535')
const flag = z
  .string()
  .regex(/^(true|false)$/i, "choose 'true' or 'false'")
  .transform((text) => text.toLowerCase() === 'true')
const text = z.string()

const DEFAULT_PROVIDER = 'org.apache.zookeeper.metrics.impl.DefaultMetricsProvider'
/** The provider that opens a port for Prometheus. */
export const PROMETHEUS_PROVIDER = 'org.apache.zookeeper.metrics.prometheus.PrometheusMetricsProvider'
const METRICS_PROVIDERS = [DEFAULT_PROVIDER, PROMETHEUS_PROVIDER, 'org.apache.zookeeper.metrics.impl.NullMetricsProvider'] as const

/** Source: `QuorumPeerConfig.parseProperties`. */
export const staticKeys = z
  .object({
    dataDir: z.string('dataDir is not set: add a line dataDir=<folder> that says where the server keeps its data').min(1, 'names no folder'),
    dataLogDir: text.min(1, 'names no folder').optional(),
    clientPort: port.optional(),
    clientPortAddress: text.optional(),
    clientPortListenBacklog: wholeNumber.default(-1),
    tickTime: wholeNumber.refine((ms) => ms > 0, 'a tick must be longer than 0 ms; 2000 is usual').default(3000),
    minSessionTimeout: wholeNumber.default(-1),
    maxSessionTimeout: wholeNumber.default(-1),
    maxClientCnxns: wholeNumber.default(60),
    initLimit: wholeNumber.default(0),
    syncLimit: wholeNumber.default(0),
    electionAlg: wholeNumber.refine((number) => number === 3, 'Invalid electionAlg value. Only 3 is supported: remove the line').default(3),
    peerType: text
      .toLowerCase()
      .pipe(z.enum(['participant', 'observer'], "choose 'participant' or 'observer'"))
      .default('participant'),
    standaloneEnabled: flag.default(true),
    quorumListenOnAllIPs: flag.default(false),
    localSessionsEnabled: flag.default(false),
    localSessionsUpgradingEnabled: flag.default(false),
    'autopurge.snapRetainCount': wholeNumber.default(3),
    'autopurge.purgeInterval': wholeNumber.default(0),
    'metricsProvider.className': z
      .enum(METRICS_PROVIDERS, `metrics provider class was not found: choose one of ${METRICS_PROVIDERS.join(', ')}`)
      .default(DEFAULT_PROVIDER),
    'metricsProvider.httpHost': text.default('0.0.0.0'),
    'metricsProvider.httpPort': port.default(7000),
    'metricsProvider.exportJvmInfo': flag.default(true),
    dynamicConfigFile: text.optional(),
    'multiAddress.enabled': flag.default(false),
    sslQuorum: flag.default(false),
    portUnification: flag.default(false),
    secureClientPort: port.optional(),
    secureClientPortAddress: text.optional(),
    'quorum.auth.enableSasl': flag.default(false),
    'quorum.auth.learnerRequireSasl': flag.default(false),
    'quorum.auth.serverRequireSasl': flag.default(false),
    ...withoutEffect(),
  })
  .superRefine((keys, context) => {
    const fault = (key: string, message: string) => context.addIssue({ code: 'custom', path: [key], message })
    const [shortest, longest] = sessionTimeouts(keys)
    if (shortest > longest) {
      const given = keys.minSessionTimeout === -1 ? 'maxSessionTimeout' : 'minSessionTimeout'
      fault(given, `minSessionTimeout must not be larger than maxSessionTimeout, but is ${shortest} and ${longest} ms`)
    }
    if (keys.clientPortAddress !== undefined && keys.clientPort === undefined)
      fault('clientPortAddress', 'clientPortAddress is set but clientPort is not set')
    if (keys.secureClientPortAddress !== undefined && keys.secureClientPort === undefined)
      fault('secureClientPortAddress', 'secureClientPortAddress is set but secureClientPort is not set')
    // Whoever asks for encryption or authentication must not get a server that quietly does without.
    for (const key of SECURITY_KEYS) if (keys[key]) fault(key, 'not supported by this server: remove the line')
  })

export type StaticKeys = z.output<typeof staticKeys>

const SECURITY_KEYS = ['quorum.auth.enableSasl', 'quorum.auth.learnerRequireSasl', 'quorum.auth.serverRequireSasl'] as const

/** The shortest and the longest session timeout, in ms. Source: `QuorumPeerConfig.parseProperties`. */
export function sessionTimeouts(keys: {
  readonly tickTime: number
  readonly minSessionTimeout: number
  readonly maxSessionTimeout: number
}): readonly [number, number] {
  const shortest = keys.minSessionTimeout === -1 ? 2 * keys.tickTime : keys.minSessionTimeout
  const longest = keys.maxSessionTimeout === -1 ? 20 * keys.tickTime : keys.maxSessionTimeout
  return [shortest, longest]
}

/** Keys that are ZooKeeper's own, so that they do not become properties, and that change nothing here. */
export const KEYS_WITHOUT_EFFECT: readonly string[] = Object.keys(withoutEffect())

function withoutEffect() {
  return {
    observerMasterPort: port.optional(),
    connectToLearnerMasterLimit: wholeNumber.optional(),
    syncEnabled: flag.optional(),
    reconfigEnabled: flag.optional(),
    oraclePath: text.optional(),
    sslQuorumReloadCertFiles: flag.optional(),
    'quorum.auth.learner.saslLoginContext': text.optional(),
    'quorum.auth.server.saslLoginContext': text.optional(),
    'quorum.auth.kerberos.servicePrincipal': text.optional(),
    'quorum.cnxn.threads.size': wholeNumber.optional(),
    'metricsProvider.numWorkerThreads': wholeNumber.optional(),
    'metricsProvider.maxQueueSize': wholeNumber.optional(),
    'metricsProvider.workerShutdownTimeoutMs': wholeNumber.optional(),
    'jvm.pause.monitor': flag.optional(),
    'jvm.pause.info-threshold.ms': wholeNumber.optional(),
    'jvm.pause.warn-threshold.ms': wholeNumber.optional(),
    'jvm.pause.sleep.time.ms': wholeNumber.optional(),
    'multiAddress.reachabilityCheckEnabled': flag.optional(),
    'multiAddress.reachabilityCheckTimeoutMs': wholeNumber.optional(),
  }
}
