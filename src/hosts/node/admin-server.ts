/** ZooKeeper's AdminServer: commands as URLs, answers as JSON. Source: `JettyAdminServer`. */
import { type AdminResponse, adminCommandLinks } from '../../operations/index.ts'
import type { AdminSettings } from './configuration.ts'
import { type HttpAnswer, type HttpServer, httpError, serveHttp } from './http.ts'

/** Runs a command and does what it asks for. */
export type AdminRunner = (name: string, query: ReadonlyMap<string, string>) => AdminResponse['body']

/** The AdminServer could not be opened; the process ends with Java's exit code for it. */
export class AdminServerFailed extends Error {
  override name = 'AdminServerFailed'
  readonly exitCode = 4
}

/** Opens the AdminServer. Rejects with {@link AdminServerFailed}. */
export async function startAdminServer(settings: AdminSettings, run: AdminRunner): Promise<HttpServer> {
  const { address, port, commandUrl, idleTimeout } = settings
  try {
    return await serveHttp(address, port, idleTimeout, (method, url) => answerAdmin(commandUrl, method, url, run))
  } catch (error) {
    const where = `on address ${address}, port ${port} and command URL ${commandUrl}`
    const advice = 'choose another admin.serverPort, or set admin.enableServer=false'
    throw new AdminServerFailed(`Problem starting AdminServer ${where}: ${(error as Error).message}: ${advice}`)
  }
}

function answerAdmin(commandUrl: string, method: string, url: URL, run: AdminRunner): HttpAnswer {
  if (method === 'TRACE') return { status: 403, type: null, body: '' }
  const path = decodePath(url.pathname)
  if (path !== commandUrl && !path.startsWith(`${commandUrl}/`)) return httpError(404, 'Not Found')
  if (method !== 'GET' && method !== 'HEAD') return httpError(405, `HTTP method ${method} is not supported by this URL`)
  const name = path.slice(commandUrl.length + 1)
  if (name === '') return { status: 200, type: null, body: adminCommandLinks(commandUrl) }
  const query = new Map<string, string>()
  // The first of a name counts.
  for (const [key, value] of url.searchParams) if (!query.has(key)) query.set(key, value)
  return { status: 200, type: 'application/json', body: run(name, query) }
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
