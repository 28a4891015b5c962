/** SASL by DIGEST-MD5: zkCli.sh logs in at Java's servers and at ours, with the same words on its screen. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeWith } from '../support/describe-with.ts'
import { java, zkCli } from '../support/oracle.ts'
import { Ensemble, type EnsembleOptions, type Kind } from '../support/servers.ts'
import { Shell } from '../support/shell.ts'

const MODULE = 'org.apache.zookeeper.server.auth.DigestLoginModule required'
const PROVIDER = { 'authProvider.1': 'org.apache.zookeeper.server.auth.SASLAuthenticationProvider' }
let folder: string
let options: EnsembleOptions

function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

/** What a user sees who types these lines, each with its answer. */
async function session(address: string, user: string, password: string, lines: readonly string[]): Promise<string> {
  const config = file(`${user}.conf`, `Client { ${MODULE} username="${user}" password="${password}"; };`)
  await using shell = new Shell('env', `CLIENT_JVMFLAGS=-Djava.security.auth.login.config=${config}`, zkCli, '-server', address)
  await shell.heard(/state:(SaslAuthenticated|AuthFailed) type:None .*\n/)
  let transcript = ''
  for (const line of lines) {
    shell.say(line)
    // An answer of its own that only a shell that is done with the line before can give.
    shell.say('printwatches')
    const answer = await shell.heard(/printwatches is on\n/)
    // Java keeps identities in a hash table.
    transcript += `> ${line}\n${
      line === 'whoami'
        ? answer
            .split('\n')
            .sort((a, b) => (a < b ? -1 : 1))
            .join('\n')
        : answer
    }`
  }
  return transcript
}

describeWith([java, 'the package zookeeper (zkCli.sh)'], 'SASL with ZooKeeper 3.8.0', () => {
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'zk-sasl-'))
    const users = file('jaas.conf', `Server { ${MODULE} user_bob="s e c r e t" user_eve="eve" user_root="root"; };`)
    options = { extra: { ...PROVIDER, superUser: 'root' }, properties: { 'java.security.auth.login.config': users } }
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  async function transcripts(kind: Kind): Promise<string> {
    await using ensemble = await Ensemble.start([kind], options)
    const address = ensemble.server(1).address
    const bob = await session(address, 'bob', 's e c r e t', [
      'create /bobs mine sasl:bob:cdrwa',
      'getAcl /bobs',
      'create /auth mine auth::r',
      'getAcl /auth',
      'whoami',
    ])
    const eve = await session(address, 'eve', 'eve', ['get /bobs', 'create /x y sasl:a@b@c:r', 'whoami'])
    const root = await session(address, 'root', 'root', ['get /bobs', 'whoami'])
    const wrong = await session(address, 'bob', 'guess', ['get /bobs'])
    return [bob, eve, root, wrong].join('--\n')
  }

  it('zkCli.sh has the same session with a server of ours as with Java: right and wrong passwords, ACLs, super user', async () => {
    expect(await transcripts('ours')).toBe(await transcripts('java'))
  })
})
