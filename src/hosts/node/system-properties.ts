/** Java's system properties, as far as a server without a JVM has them: `-D` words of the environment and unknown keys of zoo.cfg. */

export type SystemProperties = Map<string, string>

/** The `-Dname=value` words of `SERVER_JVMFLAGS` and `JVMFLAGS`, as zkServer.sh passes them to Java; the last of a name counts. */
export function propertiesOfEnvironment(environment: Readonly<Record<string, string | undefined>>): SystemProperties {
  const flags = `${environment['SERVER_JVMFLAGS'] ?? ''} ${environment['JVMFLAGS'] ?? ''}`
  const properties: SystemProperties = new Map()
  for (const [, name = '', value = ''] of flags.matchAll(/(?:^|\s)-D([^\s=]+)(?:=(\S*))?/g)) properties.set(name, value)
  return properties
}

/** The decimal number in a property, otherwise as {@link numberProperty}. Source: `Double.parseDouble`. */
export function decimalProperty(properties: SystemProperties, name: string, fallback: number, warn: (message: string) => void): number {
  const value = properties.get(name)
  if (value === undefined) return fallback
  if (/^[+-]?(\d+\.?\d*|\.\d+)$/.test(value)) return Number(value)
  warn(`${name}=${value} is not a number: using ${fallback}`)
  return fallback
}

/** The number in a property; `fallback` when it is missing or none, with a warning in the latter case. Source: `Integer.getInteger`. */
export function numberProperty(properties: SystemProperties, name: string, fallback: number, warn: (message: string) => void): number {
  const value = properties.get(name)
  if (value === undefined) return fallback
  if (/^[+-]?(\d{1,10}|0x[0-9a-f]{1,8})$/i.test(value)) return Number(value)
  warn(`${name}=${value} is not a number: using ${fallback}`)
  return fallback
}
