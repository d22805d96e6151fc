import { show } from '../util/check.js';
import { forwardRequest, type Exchange } from './forward-request.js';
import { isLoopback } from '../util/loopback.js';
import { openTunnel, type TunnelClient } from './open-tunnel.js';
import { credentialsProblem } from './proxy-credentials.js';
import { answerProxyStatus } from './proxy-status.js';
import { refuseRequest, refuseTunnel, type ProxyRefusal } from './proxy-refusal.js';
import { parseAbsolute, parseAuthority } from './proxy-target.js';
import type { IncomingMessage } from 'node:http';
import type { OpenSockets } from './open-sockets.js';
import type { ProxyGate } from './proxy-gate.js';

/** The page that is asked for without a proxy. */
const STATUS_PATH = /^\/(\?|$)/;

/** What a proxy needs to know to treat a request. */
export interface ProxySite {
    readonly port: number;
    readonly password: string;
    readonly gate: ProxyGate;
    readonly sockets: OpenSockets;
}

/** Treats a request that is not for a tunnel: one for another host, in absolute form, or one for the status page. */
export function handleRequest({ request, response }: Exchange, { port, password, gate, sockets }: ProxySite): void {
    // Whoever broke off sees it; the other end is told where the two are joined.
    request.on('error', () => {});
    response.on('error', () => {});
    const { url = '' } = request;
    const target = parseAbsolute(url);
    const credentials = request.headers['proxy-authorization'];
    const problem = credentialsProblem(credentials, password);
    if (target === undefined ? STATUS_PATH.test(url) : isLoopback(target.host) && target.port === port) {
        const isDirect = target === undefined && credentials === undefined;
        answerProxyStatus(response, isDirect ? undefined : problem);
        return;
    }
    if (problem !== undefined) return refuseRequest(response, { status: 407, text: problem });
    if (target === undefined) return refuseRequest(response, notAbsolute(url));
    const refusal = gate(target) ?? websocketRefusal(request);
    if (refusal !== undefined) return refuseRequest(response, refusal);
    forwardRequest({ request, response }, target, sockets);
}

/** Treats a request for a tunnel to another host. */
export function handleConnect(request: IncomingMessage, client: TunnelClient, site: ProxySite): void {
    const { url = '' } = request;
    const problem = credentialsProblem(request.headers['proxy-authorization'], site.password);
    if (problem !== undefined) return refuseTunnel(client.socket, { status: 407, text: problem });
    const target = parseAuthority(url);
    if (target === undefined) return refuseTunnel(client.socket, noAuthority(url));
    const refusal = site.gate(target);
    if (refusal !== undefined) return refuseTunnel(client.socket, refusal);
    openTunnel(client, target, site.sockets);
}

function notAbsolute(url: string): ProxyRefusal {
    const text = `The proxy was asked for ${show(url)}, but needs an absolute http:// URL. For all else, open a tunnel with CONNECT.`;
    return { status: 400, text };
}

function noAuthority(url: string): ProxyRefusal {
    return { status: 400, text: `The proxy was asked for a tunnel to ${show(url)}, but needs a host and a port.` };
}

function websocketRefusal({ headers }: IncomingMessage): ProxyRefusal | undefined {
    if (headers.upgrade?.toLowerCase() !== 'websocket') return undefined;
    return { status: 501, text: 'The proxy passes websockets through tunnels only. Open one with CONNECT.' };
}
