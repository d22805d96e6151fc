import { syncBuiltinESMExports } from 'node:module';
import { assertNever } from '../../util/assert-never.js';
import { handleWebRequest, urlOf, type WebRequestHandler } from './handle-web-request.js';
import {
    describeTarget,
    NetworkError,
    normalizeHost,
    parseConnectArguments,
    type ConnectArguments,
} from './connect-arguments.js';
import { isLoopback } from '../../util/loopback.js';
import { MemoryConnections, type Destination } from './memory-connections.js';
import { restoreSocket } from './memory-socket.js';
import { countServerSockets, countSocket } from './byte-counters.js';
import type { LookupFunction, Socket } from 'node:net';
import type { NetworkPolicy } from '../../protocol/network.js';

/*
 * All connections of Node come down to `connect` of `net.Socket`, which is called on the socket that the client has got by then. A
 * socket whose connection is answered here becomes one end of a connection within this thread.
 */

export type { NetworkPolicy };

/** What the network of a thread is to be like. */
export interface NetworkGuardOptions {
    /**
     * Says where connections may go that are not for the API. A name of a host is never looked up to find that out, and
     * `loopback` also allows unix sockets and pipes.
     */
    policy: NetworkPolicy;
    /** Names of hosts that nothing goes out to, on any port. */
    apiHosts: readonly string[];
    /** Answers requests to these hosts, and for the policy `handler` all others. While it does, it has to keep the thread alive. */
    handle: WebRequestHandler;
    /** What stays within reach in spite of the policy `handler`: `127.0.0.1:4000`. */
    ownAddresses?: readonly string[];
}

/** The options at work, and the connections that were made under them. */
export interface NetworkGuard {
    options: NetworkGuardOptions;
    readonly connections: MemoryConnections;
}

type Connect = (this: unknown, ...args: unknown[]) => Socket;
type ConnectSocket = (this: Socket, ...args: unknown[]) => Socket;

/** The purpose of a connection, in the options that Node passes on from `tls.connect` to `connect` of the socket. */
const DESTINATION = Symbol('greenroom.purpose');
type WithDestination = { [DESTINATION]?: Destination };

/** Not an address, or it would not be looked up. */
const UNRESOLVABLE_HOST = 'nowhere.invalid';

let threadGuard: NetworkGuard | undefined;
let findGuard: (() => NetworkGuard | undefined) | undefined;
let guardedConnect: ConnectSocket | undefined;
let isTlsPatched = false;

/**
 * Guards the network of this thread: from now on requests to the hosts of the API are answered in process, and all other
 * connections keep to the policy. A second call replaces the options of the first.
 */
export function installNetworkGuard(options: NetworkGuardOptions): void {
    if (threadGuard !== undefined) {
        threadGuard.options = options;
        return;
    }
    threadGuard = createNetworkGuard(options);
    installGuard(() => threadGuard);
    countServerSockets();
}

/** Makes a guard for {@link installGuard}. */
export function createNetworkGuard(options: NetworkGuardOptions): NetworkGuard {
    const guard: NetworkGuard = {
        options,
        connections: new MemoryConnections((request, response, destination) => {
            const isForApi = destination.isForApi || isApiUrl(urlOf(request, destination), guard.options);
            return handleWebRequest(guard.options.handle, request, response, { ...destination, isForApi });
        }),
    };
    return guard;
}

/**
 * Guards each connection of this thread by what is found for it as it is made; with undefined it is made as ever. A second
 * call replaces the first.
 */
export function installGuard(find: () => NetworkGuard | undefined): void {
    findGuard = find;
    const socket = process.getBuiltinModule('node:net').Socket.prototype as unknown as { connect: ConnectSocket };
    // A host that runs Actors inline may have put back what it found there before.
    if (socket.connect !== guardedConnect) guardedConnect = socket.connect = guardConnect(socket.connect);
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
        const error = checkPolicy(target, guard.options);
        if (error !== undefined) return connect.apply(this, failingArguments(error, target));
        if (target.pipe === undefined) countSocket(this);
        return connect.apply(this, args);
    };
}

/**
 * Secures a connection over another one, as through a proxy, for the purpose of that one: Node calls no `connect` of a socket for it.
 * Installed when the first socket connects, as `node:tls` takes longer to load than all of a guard, and most runs never connect.
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

/** The arguments of a `connect` that fails as for a name that does not exist: all clients handle that the same way. */
function failingArguments(error: NetworkError, { port }: ConnectArguments): unknown[] {
    const lookup: LookupFunction = (_name, _options, found) => {
        setImmediate(() => found(error, []));
    };
    return [{ port: port ?? 0, host: UNRESOLVABLE_HOST, autoSelectFamily: false, lookup }];
}

/** What a connection is to be made for that is answered here; undefined for one that the system makes, or the last gate refuses. */
function resolveDestination(
    target: ConnectArguments,
    { options, connections }: NetworkGuard,
    isSecure: boolean,
): Destination | undefined {
    const authority = describeTarget(target);
    if (isForApi(target, options)) return { isForApi: true, isSecure, authority };
    // What is secured goes where it went before, as through a tunnel.
    const { socket } = target.options;
    const secured = isSecure && socket ? connections.destinationOf(socket) : undefined;
    if (secured !== undefined) return { ...secured, isSecure };
    if (options.policy !== 'handler' || target.pipe !== undefined || isEngineAddress(target, options)) return undefined;
    return { isForApi: false, isSecure, authority };
}

/** A proxy is told the host of the API in its own way; the name for the certificate is that of the far end all the same. */
function isForApi(
    { host, pipe, options: { servername } }: ConnectArguments,
    { apiHosts }: NetworkGuardOptions,
): boolean {
    if (servername && apiHosts.includes(normalizeHost(servername))) return true;
    return pipe === undefined && apiHosts.includes(host);
}

/** Sent in full to what its client believes to be a proxy. */
function isApiUrl(url: string, { apiHosts }: NetworkGuardOptions): boolean {
    return URL.canParse(url) && apiHosts.includes(normalizeHost(new URL(url).hostname));
}

/** The engine listens on loopback, which has several names. */
function isEngineAddress({ host, port }: ConnectArguments, { ownAddresses = [] }: NetworkGuardOptions): boolean {
    return ownAddresses.some((address) => {
        const { hostname, port: ownPort } = new URL(`http://${address}`);
        const own = normalizeHost(hostname);
        return Number(ownPort || 80) === port && (own === host || (isLoopback(own) && isLoopback(host)));
    });
}

function checkPolicy(target: ConnectArguments, options: NetworkGuardOptions): NetworkError | undefined {
    if (isAllowed(target, options)) return undefined;
    return new NetworkError('ERR_NETWORK_FORBIDDEN', describeRefusal(describeTarget(target), options.policy), target);
}

function describeRefusal(name: string, policy: NetworkPolicy): string {
    if (policy === 'handler') {
        const rule = "the engine's option `network` is a handler, which answers HTTP/1.1 requests and nothing else";
        return `The Actor may not connect to ${name}: ${rule}.`;
    }
    const rest = policy === 'loopback' ? 'this machine and the API' : 'the API';
    return `The Actor may not connect to ${name}: the engine's option \`network: '${policy}'\` forbids it all hosts but ${rest}.`;
}

function isAllowed(target: ConnectArguments, options: NetworkGuardOptions): boolean {
    const { policy } = options;
    switch (policy) {
        case 'guarded':
        case 'allow':
            return true;
        case 'loopback':
            return target.pipe !== undefined || isLoopback(target.host);
        case 'block':
            return false;
        case 'handler':
            return target.pipe === undefined && isEngineAddress(target, options);
        default:
            return assertNever(policy);
    }
}
