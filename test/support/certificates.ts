/** Certificates for tests, made by the program `openssl`: an authority, and whoever it vouches for. */
import { spawnSync } from 'node:child_process'
import { appendFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export class Authority {
  readonly #folder: string
  readonly #name: string

  /** @param name different for each authority of a folder */
  constructor(folder: string, name = 'authority') {
    this.#folder = folder
    this.#name = name
    openssl(['req', '-x509', ...NEW_KEY, '-keyout', this.#file('key'), '-out', this.file, '-subj', `/CN=${name}`])
  }

  /** Its own certificate, PEM: the trust store of those who believe it. */
  get file(): string {
    return this.#file('pem')
  }

  /**
   * One PEM file with the key and certificate of a new subject.
   * @param subject as openssl writes it: `/O=Example/CN=bob`
   * @param place where the subject may be found
   */
  issue(name: string, subject: string, place = 'IP:127.0.0.1,DNS:localhost'): string {
    const [file, certificate] = [join(this.#folder, `${name}.pem`), join(this.#folder, `${name}.crt`)]
    const signing = ['-CA', this.file, '-CAkey', this.#file('key'), '-addext', `subjectAltName=${place}`]
    openssl(['req', '-x509', ...NEW_KEY, ...signing, '-subj', subject, '-keyout', file, '-out', certificate])
    appendFileSync(file, readFileSync(certificate))
    return file
  }

  #file(end: string): string {
    return join(this.#folder, `${this.#name}.${end}`)
  }
}

/** The same key and certificate as PKCS12; returns the file. */
export function toPkcs12(pem: string, password: string): string {
  const file = pem.replace(/pem$/, 'p12')
  openssl(['pkcs12', '-export', '-in', pem, '-out', file, '-passout', `pass:${password}`])
  return file
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-noenc', '-days', '3650']

function openssl(words: readonly string[]): void {
  const { status, stderr } = spawnSync('openssl', words, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`openssl ${words.join(' ')}: ${stderr}`)
}
