/** Debian's ZooKeeper 3.8.0 and its clients, where they are installed: what the interop suite compares with. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/** The programs that a comparison may need, each with how to tell whether it is there. */
const tools = {
  'java and the package zookeeper': () => zookeeperJar() !== '' && spawnSync('java', ['-version']).status === 0,
  'the packages libjetty9-java and libjackson2-databind-java': () => jettyJars().length > 0,
  'the package libnetty-java': () => nettyJars().length > 0,
  'the package zookeeper (zkCli.sh)': () => existsSync(zkCli),
  'the package zookeeper-bin (cli_mt)': () => cliMt() !== '',
  'the program openssl': () => spawnSync('openssl', ['version']).status === 0,
  'the package python3-kazoo': () => spawnSync(python, ['-c', 'import kazoo']).status === 0,
}
export type Tool = keyof typeof tools

export const java: Tool = 'java and the package zookeeper'
export const jetty: Tool = 'the packages libjetty9-java and libjackson2-databind-java'
export const zkCli = '/usr/share/zookeeper/bin/zkCli.sh'
export const python = '/usr/bin/python3'

/** Path of the C client's shell; '' when it is not installed. */
export function cliMt(): string {
  return packaged('zookeeper-bin', '/cli_mt')
}

/** Path of ZooKeeper's jar, whose manifest names the others; '' when it is not installed. */
export function zookeeperJar(): string {
  return packaged('libzookeeper-java', '/zookeeper.jar')
}

/** What the AdminServer of ZooKeeper's jar needs and Debian's class path lacks; empty when it is not installed. */
export function jettyJars(): string[] {
  const names =
    'jetty9-server jetty9-servlet jetty9-http jetty9-io jetty9-util jetty9-security jetty9-util-ajax servlet-api jackson-core jackson-databind jackson-annotations'
  const jars = names.split(' ').map((name) => `/usr/share/java/${name}.jar`)
  return jars.every(existsSync) ? jars : []
}

/** What TLS needs of ZooKeeper's jar and Debian's class path lacks; empty when it is not installed. */
export function nettyJars(): string[] {
  return ['/usr/share/java/netty-codec.jar'].filter(existsSync)
}

/** Which of these are missing, as one line; '' when none is. */
export function missing(wanted: readonly Tool[]): string {
  return wanted.filter((tool) => !tools[tool]()).join(', ')
}

function packaged(name: string, end: string): string {
  const { stdout } = spawnSync('dpkg-query', ['-L', name], { encoding: 'utf8' })
  return (stdout ?? '').split('\n').find((path) => path.endsWith(end)) ?? ''
}
