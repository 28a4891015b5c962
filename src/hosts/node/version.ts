import fs from 'node:fs'
import path from 'node:path'
import { packageRoot } from './package-root.ts'

/** The release of ZooKeeper that this server behaves like. */
const BEHAVES_AS = '3.8.0'

/** Version and date, in the form of `Version.getFullVersion`, which programs take apart: `3.8.0-…, built on …`. */
export function fullVersion(): string {
  const { version, date } = readPackage()
  return `${BEHAVES_AS}-zookeeper-from-scratch-${version}, built on ${date}`
}

/** The line of `zk-server version`. */
export function versionLine(): string {
  const { version, date } = readPackage()
  return `zookeeper-from-scratch, version ${BEHAVES_AS}-${version} ${date}`
}

function readPackage(): { readonly version: string; readonly date: string } {
  const file = path.join(packageRoot(), 'package.json')
  const { version } = JSON.parse(fs.readFileSync(file, 'utf8')) as { version: string }
  const [day, time] = fs.statSync(file).mtime.toISOString().split('T') as [string, string]
  return { version, date: `${day} ${time.slice(0, 5)} UTC` }
}
