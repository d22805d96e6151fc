import { syncBuiltinESMExports } from 'node:module';
import { assertNever } from '../../util/assert-never.js';
import { forwardRequest, handleWebRequest, urlOf, type WebRequestHandler } from './handle-web-request.js';
import {
    describeTarget,
    NetworkError,
    normalizeHost,
    parseConnectArguments,
    type ConnectArguments,
    type Target,
} from './connect-arguments.js';
import { isLoopback } from '../../util/loopback.js';
import { MemoryConnections, type Destination } from './memory-connections.js';
import { restoreSocket } from './memory-socket.js';
import { collectOwnServers, OwnServers } from './own-servers.js';
import { controlBrowsers, isRestricted, reportBlockingCalls } from './browsers.js';
import { countServerSockets, countSocket } from './byte-counters.js';
import type { IncomingMessage } from 'node:http';
import type { LookupFunction, Socket } from 'node:net';
import type { NetworkPolicy } from '../../protocol/network.js';

/*
 * All connections of Node go through `connect` of `net.Socket`, called on the socket that the client holds. A socket
 * whose connection is handled here becomes one end of a connection within this thread.
 */

export type { NetworkPolicy };

/** Options of the network guard of a thread. */
export interface NetworkGuardOptions {
    /**
     * Allowed targets of connections that are not for the API. Host names are not resolved to decide this; `loopback`
     * also allows unix sockets and pipes.
     */
    policy: NetworkPolicy;
    /** Hosts that are never contacted, on any port: their requests are handled in process. */
    apiHosts: readonly string[];
    /**
     * Handles requests to these hosts and, under the policy `handler`, all others. It must keep the thread alive while
     * it does.
     */
    handle: WebRequestHandler;
    /** Addresses that stay reachable under the policies `block` and `handler`, such as `127.0.0.1:4000`. */
    ownAddresses?: readonly string[];
    /** Writes a line to the log of the run; see {@link reportOnce}. */
    report?(text: string): void;
    /** Called for each connection that the policy `block` or `loopback` refuses. */
    onRefused?(reason: string): void;
}

/** The current options, and the connections handled under them. */
export interface NetworkGuard {
    options: NetworkGuardOptions;
    readonly connections: MemoryConnections;
    /** They stay reachable under every policy. */
    readonly ownServers: OwnServers;
    /** Returns the port that takes the connections of browsers. */
    openBrowserPort(): number;
}

type Connect = (this: unknown, ...args: unknown[]) => Socket;
type ConnectSocket = (this: Socket, ...args: unknown[]) => Socket;

/** The destination of a connection, in the options that Node passes from `tls.connect` to `connect` of the socket. */
const DESTINATION = Symbol('greenroom.destination');
type WithDestination = { [DESTINATION]?: Destination };

/** A name rather than an address, which would not be looked up. */
const UNRESOLVABLE_HOST = 'nowhere.invalid';

const FAVICON = /^[^?#]*\/favicon\.ico$/;
const SIGNED = /[?&]cup2key=/;

let threadGuard: NetworkGuard | undefined;
let findGuard: (() => NetworkGuard | undefined) | undefined;
let guardedConnect: ConnectSocket | undefined;
let isTlsPatched = false;

/**
 * Guards the network of this thread: requests to API hosts are handled in process, and all other connections follow the
 * policy. A second call replaces the options.
 */
export function installNetworkGuard(options: NetworkGuardOptions): void {
    if (threadGuard === undefined) {
        threadGuard = createNetworkGuard(options);
        installGuard(() => threadGuard);
        countServerSockets();
    }
    threadGuard.options = options;
    followServersAndBrowsers(() => threadGuard, isRestricted(options.policy));
}

/** Returns a function that writes each text once, as a line. */
export function reportOnce(write: (line: string) => void): (text: string) => void {
    const written = new Set<string>();
    return (text) => {
        if (written.has(text)) return;
        written.add(text);
        write(`${text}\n`);
    };
}

/** Creates a guard for {@link installGuard}. */
export function createNetworkGuard(options: NetworkGuardOptions): NetworkGuard {
    const report = (error: Error): void => guard.options.report?.(error.message);
    const connections = new MemoryConnections({
        async handle(request, response, destination) {
            const url = urlOf(request, destination);
            const target = targetOf(url);
            const isForApi = destination.isForApi || guard.options.apiHosts.includes(target.host);
            if (destination.report && !isForApi) {
                if (isBrowserService(request, url)) return void response.writeHead(404).end();
                if (isAllowed(target, guard)) return forwardRequest(request, response, url);
                if (guard.options.policy !== 'handler') {
                    destination.report(refusalOf(target, guard.options));
                    return void request.socket.destroy();
                }
            }
            const { handle } = guard.options;
            await handleWebRequest(handle, request, response, { ...destination, isForApi });
        },
        isReachable: (authority) => isAllowed(targetOf(`http://${authority}`), guard),
        report,
    });
    const openBrowserPort = (): number => connections.openPort();
    const guard: NetworkGuard = { options, connections, ownServers: new OwnServers(), openBrowserPort };
    return guard;
}

/** True for a request that a browser makes on its own: for an icon, or to its vendor, for instance for updates. */
function isBrowserService({ headers }: IncomingMessage, url: string): boolean {
    if (FAVICON.test(url)) return headers.accept?.startsWith('text/html') !== true;
    // Only navigations have no initiator.
    if (headers['sec-fetch-site'] === 'none') return headers['sec-fetch-mode'] !== 'navigate';
    // Without TLS, Chromium sends no such headers, and signs its own requests.
    return SIGNED.test(url);
}

/** Returns the target of a URL; the host is empty if it is not valid. */
function targetOf(url: string): Target {
    const { hostname, port, protocol } = URL.canParse(url) ? new URL(url) : new URL('http://invalid');
    return { host: normalizeHost(hostname), port: Number(port || (protocol === 'https:' ? 443 : 80)), pipe: undefined };
}

/**
 * Guards each connection of this thread with the guard that `find` returns when it is opened; if undefined, the
 * connection is not guarded. A second call replaces the first.
 */
export function installGuard(find: () => NetworkGuard | undefined): void {
    findGuard = find;
    const socket = process.getBuiltinModule('node:net').Socket.prototype as unknown as { connect: ConnectSocket };
    // A host that runs Actors inline may have restored the original.
    if (socket.connect !== guardedConnect) guardedConnect = socket.connect = guardConnect(socket.connect);
}

/**
 * Makes the browsers of this thread follow the policy. If it restricts the network, also keeps the servers of this thread
 * and its browsers' control ports reachable. A second call replaces the first.
 */
export function followServersAndBrowsers(find: () => NetworkGuard | undefined, restricted: boolean): void {
    controlBrowsers(find);
    if (!restricted) return;
    collectOwnServers(() => find()?.ownServers);
    reportBlockingCalls();
}

function guardConnect(connect: ConnectSocket): ConnectSocket {
    return function (...args) {
        if (this.destroyed) restoreSocket(this);
        const guard = findGuard!();
        if (guard === undefined) return connect.apply(this, args);
        patchTlsConnect();
        const target = parseConnectArguments(args);
        const isSecure = this instanceof process.getBuiltinModule('node:tls').TLSSocket;
        const destination =
            (target.options as WithDestination)[DESTINATION] ?? resolveDestination(target, guard, isSecure);
        if (destination !== undefined) {
            guard.connections.connect(this, target, destination);
            return this;
        }
        const error = checkPolicy(target, guard);
        if (error !== undefined) return connect.apply(this, failingArguments(error, target));
        if (target.pipe === undefined) countSocket(this);
        return connect.apply(this, args);
    };
}

/**
 * Handles TLS over an existing connection, as through a proxy: Node does not call `connect` of a socket for it.
 * Installed when the first socket connects, since loading `node:tls` takes longer than the rest of the guard and most
 * runs never connect.
 */
function patchTlsConnect(): void {
    if (isTlsPatched) return;
    isTlsPatched = true;
    const tls = process.getBuiltinModule('node:tls');
    const connect = tls.connect as Connect;
    const connectTunnel: Connect = function (...args) {
        const guard = findGuard!();
        const { options, callback, ...target } = parseConnectArguments(args);
        const destination =
            guard && options.socket && resolveDestination({ ...target, options, callback }, guard, true);
        if (!destination) return connect.apply(this, args);
        options.socket!.destroy();
        return connect.call(this, { ...options, socket: undefined, [DESTINATION]: destination }, callback);
    };
    Object.assign(tls, { connect: connectTunnel });
    syncBuiltinESMExports();
}

/** Returns arguments that make `connect` fail like an unknown host name, which all clients handle in the same way. */
function failingArguments(error: NetworkError, { port }: ConnectArguments): unknown[] {
    const lookup: LookupFunction = (_name, _options, found) => {
        setImmediate(() => found(error, []));
    };
    return [{ port: port ?? 0, host: UNRESOLVABLE_HOST, autoSelectFamily: false, lookup }];
}

/**
 * Returns the destination of a connection that is handled here; undefined for one that is made by the system or
 * refused.
 */
function resolveDestination(target: ConnectArguments, guard: NetworkGuard, isSecure: boolean): Destination | undefined {
    const { options, connections } = guard;
    const authority = describeTarget(target);
    if (isForApi(target, options)) return { isForApi: true, isSecure, authority };
    // TLS over an existing connection has the destination of that connection, as in a tunnel.
    const { socket } = target.options;
    const secured = isSecure && socket ? connections.destinationOf(socket) : undefined;
    if (secured !== undefined) return { ...secured, isSecure };
    if (options.policy !== 'handler' || target.pipe !== undefined || isReachable(target, guard)) return undefined;
    return { isForApi: false, isSecure, authority };
}

/**
 * A proxy receives the API's host in its own way, but the server name for the certificate is always that of the other
 * end.
 */
function isForApi(
    { host, pipe, options: { servername } }: ConnectArguments,
    { apiHosts }: NetworkGuardOptions,
): boolean {
    if (servername && apiHosts.includes(normalizeHost(servername))) return true;
    return pipe === undefined && apiHosts.includes(host);
}

/** True for a server of the engine, of the Actor, or of a browser that the Actor has started. */
function isReachable(target: Target, { options, ownServers }: NetworkGuard): boolean {
    return ownServers.includes(target) || (target.pipe === undefined && isEngineAddress(target, options));
}

/** The engine listens on loopback, which has several names. */
function isEngineAddress({ host, port }: Target, { ownAddresses = [] }: NetworkGuardOptions): boolean {
    return ownAddresses.some((address) => {
        const { hostname, port: ownPort } = new URL(`http://${address}`);
        const own = normalizeHost(hostname);
        return Number(ownPort || 80) === port && (own === host || (isLoopback(own) && isLoopback(host)));
    });
}

function checkPolicy(target: ConnectArguments, guard: NetworkGuard): NetworkError | undefined {
    return isAllowed(target, guard) ? undefined : refusalOf(target, guard.options);
}

function refusalOf(target: Target, { policy, onRefused }: NetworkGuardOptions): NetworkError {
    const reason = describeRefusal(describeTarget(target), policy);
    if (policy !== 'handler') onRefused?.(reason);
    return new NetworkError('ERR_NETWORK_FORBIDDEN', reason, target);
}

function describeRefusal(name: string, policy: NetworkPolicy): string {
    if (policy === 'handler') {
        const rule = "the engine's option `network` is a handler, which supports only HTTP/1.1 requests";
        return `The Actor may not connect to ${name}: ${rule}.`;
    }
    const rest = policy === 'loopback' ? 'this machine and the API' : 'the API';
    return `The Actor may not connect to ${name}: the engine's option \`network: '${policy}'\` allows only ${rest}.`;
}

function isAllowed(target: Target, guard: NetworkGuard): boolean {
    const { policy } = guard.options;
    switch (policy) {
        case 'guarded':
        case 'allow':
            return true;
        case 'loopback':
            return target.pipe !== undefined || isLoopback(target.host);
        case 'block':
        case 'handler':
            return isReachable(target, guard);
        default:
            return assertNever(policy);
    }
}
