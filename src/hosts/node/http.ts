/** What is served over HTTP beside the client port: the AdminServer and the page for Prometheus. */
import http from 'node:http'
import type { AddressInfo } from 'node:net'

/** An answer; `null` as type for none. */
export interface HttpAnswer {
  readonly status: number
  readonly type: string | null
  readonly body: string
}

/** A server over HTTP that is open. */
export interface HttpServer {
  readonly port: number
  /** Ends it and all its connections. */
  close(): void
}

const HTML = 'text/html;charset=iso-8859-1'

/**
 * Opens a port and answers requests with `answer`, which gets the method and the URL. Rejects when the port cannot be opened.
 * @param address where to listen; `0.0.0.0` for everywhere
 * @param idleTimeout how long a connection may be silent, in ms
 */
export function serveHttp(address: string, port: number, idleTimeout: number, answer: (method: string, url: URL) => HttpAnswer): Promise<HttpServer> {
  const server = http.createServer((request, response) => {
    const { status, type, body } = answerSafely(request.method ?? 'GET', request.url ?? '/', answer)
    response.writeHead(status, { ...(type !== null && { 'Content-Type': type }), 'Content-Length': Buffer.byteLength(body) })
    response.end(body)
    // What comes with a request is not read: nothing here takes a body.
    request.resume()
  })
  server.setTimeout(idleTimeout)
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, ...(address !== '0.0.0.0' && { host: address }) }, () => {
      server.off('error', reject)
      resolve({
        port: (server.address() as AddressInfo).port,
        close() {
          server.close()
          server.closeAllConnections()
        },
      })
    })
  })
}

/** A page that says what is wrong. */
export function httpError(status: number, message: string): HttpAnswer {
  const body = `<html>\n<head><title>Error ${status} ${message}</title></head>\n<body><h2>HTTP ERROR ${status} ${message}</h2></body>\n</html>\n`
  return { status, type: HTML, body }
}

function answerSafely(method: string, target: string, answer: (method: string, url: URL) => HttpAnswer): HttpAnswer {
  if (!URL.canParse(target, 'http://server')) return httpError(400, 'Bad Request')
  return answer(method, new URL(target, 'http://server'))
}
