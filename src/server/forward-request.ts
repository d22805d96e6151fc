import { request as sendRequest, type ClientRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';
import { connectionFailure } from './connection-failure.js';
import { endToEndHeaders } from './end-to-end-headers.js';
import { refuseRequest } from './proxy-refusal.js';
import { showTarget, type PlainTarget } from './proxy-target.js';
import type { OpenSockets } from './open-sockets.js';

/** Methods with which Node sends no body unless one is announced. */
const BODILESS: ReadonlySet<string | undefined> = new Set(['GET', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE']);

/** A request that came in, and the answer to it. */
export interface Exchange {
    readonly request: IncomingMessage;
    readonly response: ServerResponse;
}

/** Sends a plain request on to its target and the answer back; whichever end breaks off, the other sees it. */
export function forwardRequest({ request, response }: Exchange, target: PlainTarget, sockets: OpenSockets): void {
    let upstream: ClientRequest;
    try {
        upstream = openUpstream(request, target);
    } catch (error) {
        const text = `The request to ${showTarget(target)} cannot be sent: ${(error as Error).message}.`;
        refuseRequest(response, { status: 400, text });
        return;
    }
    let failure: Error | undefined;
    upstream.once('socket', (socket) => sockets.add(socket));
    upstream.once('response', (answer) => passOn(answer, response, target));
    upstream.on('error', (error) => (failure ??= error));
    upstream.once('close', () => {
        // What the target did not take is still to be read, or the client could not send its next request.
        request.unpipe(upstream).resume();
        if (!response.headersSent) refuseRequest(response, connectionFailure(target, failure));
    });
    response.once('close', () => upstream.destroy());
    request.pipe(upstream);
}

/**
 * Each request has a connection of its own. On one that is kept alive, a request can be lost that must not be sent twice,
 * as the target may close it at that very moment.
 */
function openUpstream(request: IncomingMessage, { host, port, path }: PlainTarget): ClientRequest {
    const headers = [...endToEndHeaders(request.rawHeaders), ...missingHeaders(request, host, port)];
    // Clients that crawl take what strict parsers do not, and are to get it here too.
    return sendRequest({ host, port, path, method: request.method, headers, agent: false, insecureHTTPParser: true });
}

/** Headers without which the target would not see the same request. */
function missingHeaders({ headers, method }: IncomingMessage, host: string, port: number): string[] {
    const added = headers.host === undefined ? ['Host', showTarget({ host, port })] : [];
    if (headers['transfer-encoding'] !== undefined) return [...added, 'Transfer-Encoding', 'chunked'];
    // Node would announce a body in chunks where none was announced.
    if (headers['content-length'] === undefined && !BODILESS.has(method)) added.push('Content-Length', '0');
    return added;
}

function passOn(answer: IncomingMessage, response: ServerResponse, target: PlainTarget): void {
    response.sendDate = false;
    try {
        response.writeHead(answer.statusCode!, answer.statusMessage, endToEndHeaders(answer.rawHeaders));
    } catch (error) {
        answer.destroy();
        refuseRequest(response, connectionFailure(target, error as Error));
        return;
    }
    // Sends the headers now, as the body may be long in coming; `flushHeaders` would encode their bytes anew.
    response.write(Buffer.alloc(0));
    // It destroys one side when the other breaks off, which is all that can be said to either.
    pipeline(answer, response, () => {});
}
