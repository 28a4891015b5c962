/** JAAS login configurations, as far as servers read them: who may log in by SASL, and with which password. */
import type { Faults } from './faults.ts'
import type { SystemProperties } from './system-properties.ts'

/** A section: modules, each with its options. `Name { module flag option="value" …; … };` */
type Modules = readonly { readonly name: string; readonly options: ReadonlyMap<string, string> }[]

/**
 * Passwords by user from the options `user_<name>="<password>"` of the server's section in the file that the property
 * `java.security.auth.login.config` names; null when no file is named, or it has no such section.
 * Source: `ServerCnxnFactory.configureSaslLogin`, `SaslServerCallbackHandler`.
 */
export function saslUsers(properties: SystemProperties, faults: Faults, warn: (message: string) => void): ReadonlyMap<string, string> | null {
  const file = properties.get('java.security.auth.login.config')
  if (file === undefined) return null
  const sections = parseJaas(faults.read(file, `${file}, which java.security.auth.login.config names, is missing`))
  if (sections === null) return faults.fail(`${file} is no login configuration: write Server { <module> required user_<name>="<password>"; };`)
  const name = properties.get('zookeeper.sasl.serverconfig') ?? 'Server'
  const modules = sections.get(name)
  if (modules === undefined) {
    if (sections.size > 0 || properties.has('zookeeper.sasl.serverconfig')) warn(`${file} has no section ${name}: clients cannot use SASL`)
    return null
  }
  const foreign = modules.find((module) => !module.name.endsWith('.DigestLoginModule'))
  if (foreign !== undefined)
    faults.fail(`${file}: ${foreign.name} is not known to this server: use org.apache.zookeeper.server.auth.DigestLoginModule`)
  const options = modules.flatMap((module) => [...module.options])
  const users = new Map(options.filter(([key]) => key.startsWith('user_')).map(([key, password]) => [key.slice('user_'.length), password]))
  const superPassword = properties.get('zookeeper.SASLAuthenticationProvider.superPassword')
  if (superPassword !== undefined && users.has('super')) users.set('super', superPassword)
  return users
}

const TOKEN = /\s+|\/\/[^\n]*|\/\*.*?\*\/|"((?:[^"\\\n]|\\.)*)"|([^\s"{};=]+)|([{};=])/gsy

/** The sections of a login configuration; null when the text is none. Source: `sun.security.provider.ConfigFile`. */
function parseJaas(text: string): ReadonlyMap<string, Modules> | null {
  const tokens: string[] = []
  let end = 0
  for (const [whole, quoted, plain, mark] of text.matchAll(TOKEN)) {
    const token = quoted?.replace(/\\(.)/gs, '$1') ?? plain ?? mark
    if (token !== undefined) tokens.push(token)
    end += whole.length
  }
  if (end < text.length) return null
  const sections = new Map<string, Modules>()
  const next = () => tokens.shift() ?? ''
  while (tokens.length > 0) {
    const [name, modules] = [next(), [] as { name: string; options: Map<string, string> }[]]
    if (next() !== '{') return null
    while (tokens[0] !== '}') {
      const module = { name: next(), options: new Map<string, string>() }
      if (!/^(required|requisite|sufficient|optional)$/i.test(next())) return null
      while (tokens[0] !== ';') {
        const key = next()
        if (next() !== '=' || tokens.length === 0) return null
        module.options.set(key, next())
      }
      next()
      modules.push(module)
    }
    next()
    if (next() !== ';') return null
    sections.set(name, modules)
  }
  return sections
}
