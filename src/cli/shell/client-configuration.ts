/** The file that `-client-configuration` names: the client's settings as Java properties. Source: `ZKClientConfig`. */
import fs from 'node:fs'
import { parseProperties } from '../../quorum/index.ts'

/** What of it this shell heeds; as in zkCli.sh, other keys are nobody's business here. */
export interface ClientConfiguration {
  /** `jute.maxbuffer`, in bytes. */
  readonly maxFrameLength?: number
}

/** Reads the file. Throws an Error with one clear sentence. */
export function readClientConfiguration(file: string): ClientConfiguration {
  const keys = new Map(parseProperties(readText(file)).map(({ key, value }) => [key, value]))
  if (keys.get('zookeeper.client.secure') === 'true') throw new Error(`${file}: zookeeper.client.secure: this shell speaks no TLS`)
  const text = keys.get('jute.maxbuffer')
  if (text === undefined) return {}
  const maxFrameLength = Number(text)
  if (!(Number.isInteger(maxFrameLength) && maxFrameLength > 0)) throw new Error(`${file}: jute.maxbuffer: '${text}' is no number of bytes`)
  return { maxFrameLength }
}

function readText(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8')
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`)
  }
}
