/** The file that `-client-configuration` names: the client's settings as Java properties. Source: `ZKClientConfig`. */
import fs from 'node:fs'
import { clientTls, type TlsOptions } from '../../hosts/node/client.ts'
import { parseProperties } from '../../quorum/index.ts'

/** What of it this shell heeds; as in zkCli.sh, other keys are nobody's business here. */
export interface ClientConfiguration {
  /** `jute.maxbuffer`, in bytes. */
  readonly maxFrameLength?: number
  /** With `zookeeper.client.secure=true`: connections are over TLS, with the stores that `zookeeper.ssl.*` name. */
  readonly tls?: TlsOptions
}

/** Reads the file. Throws an Error with one clear sentence. */
export function readClientConfiguration(file: string): ClientConfiguration {
  const keys = new Map(parseProperties(readText(file)).map(({ key, value }) => [key, value]))
  const secure = keys.get('zookeeper.client.secure')?.toLowerCase() === 'true'
  return { ...frameLength(file, keys.get('jute.maxbuffer')), ...(secure && { tls: readTls(file, keys) }) }
}

function frameLength(file: string, text: string | undefined): ClientConfiguration {
  if (text === undefined) return {}
  const maxFrameLength = Number(text)
  if (!(Number.isInteger(maxFrameLength) && maxFrameLength > 0)) throw new Error(`${file}: jute.maxbuffer: '${text}' is no number of bytes`)
  return { maxFrameLength }
}

function readTls(file: string, keys: Map<string, string>): TlsOptions {
  try {
    return clientTls(keys)
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`)
  }
}

function readText(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8')
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`)
  }
}
