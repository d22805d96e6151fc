import { syncBuiltinESMExports } from 'node:module';
import { assertNever } from '../../util/assert-never.js';
import { answerRequest, urlOf, type AnswerWebRequest } from './answer-request.js';
import {
    describeTarget,
    NetworkError,
    normalizeHost,
    readConnectArguments,
    type ConnectArguments,
} from './connect-arguments.js';
import { isLoopback } from '../../util/loopback.js';
import { MemoryConnections, type Purpose } from './memory-connections.js';
import { countServerSockets, countSocket } from './traffic.js';
import type { LookupFunction, Socket } from 'node:net';
import type { NetworkPolicy } from '../../protocol/network.js';

/*
 * Connections are caught where they are made: libraries for HTTP call `connect` of `net` and `tls` as their modules hold
 * it at that moment, Node's own do too, and all of it comes down to `connect` of `net.Socket`. There, nothing passes that
 * should have been caught above.
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
    answer: AnswerWebRequest;
    /** What stays within reach in spite of the policy `handler`: `127.0.0.1:4000`. */
    ownAddresses?: readonly string[];
}

/** The options at work, and the connections that were made under them. */
export interface NetworkGuard {
    options: NetworkGuardOptions;
    readonly connections: MemoryConnections;
}

type Connect = (this: unknown, ...args: unknown[]) => Socket;

/** Not an address, or it would not be looked up. */
const NOWHERE = 'nowhere.invalid';

let ofThread: NetworkGuard | undefined;
let current: (() => NetworkGuard | undefined) | undefined;

/**
 * Guards the network of this thread: from now on requests to the hosts of the API are answered in process, and all other
 * connections keep to the policy. Loads Node's network. A second call replaces the options of the first.
 */
export function installNetworkGuard(options: NetworkGuardOptions): void {
    if (ofThread !== undefined) {
        ofThread.options = options;
        return;
    }
    ofThread = createNetworkGuard(options);
    guardBy(() => ofThread);
    countServerSockets();
}

/** Makes a guard for {@link guardBy}. */
export function createNetworkGuard(options: NetworkGuardOptions): NetworkGuard {
    const guard: NetworkGuard = {
        options,
        connections: new MemoryConnections((request, response, purpose) => {
            const isForApi = purpose.isForApi || isApiUrl(urlOf(request, purpose), guard.options);
            return answerRequest(guard.options.answer, request, response, { ...purpose, isForApi });
        }),
    };
    return guard;
}

/**
 * Guards each connection of this thread by what is found for it as it is made; with undefined it is made as ever. A second
 * call replaces the first.
 */
export function guardBy(find: () => NetworkGuard | undefined): void {
    const isPatched = current !== undefined;
    current = find;
    if (!isPatched) patch(() => current!());
}

function patch(find: () => NetworkGuard | undefined): void {
    const net = process.getBuiltinModule('node:net');
    const tls = process.getBuiltinModule('node:tls');
    const agent = process.getBuiltinModule('node:http').Agent.prototype as unknown as { createConnection: Connect };

    const divert = (connect: Connect, isSecure: boolean): Connect =>
        function (...args) {
            const guard = find();
            const target = guard && readConnectArguments(args);
            const purpose = guard && target && purposeOf(target, guard, isSecure);
            if (purpose === undefined) return connect.apply(this, args);
            // Such as the way to a proxy.
            target!.options.socket?.destroy();
            return guard!.connections.open(target!, purpose);
        };
    const plain = divert(net.connect as Connect, false);
    Object.assign(net, { connect: plain, createConnection: plain });
    Object.assign(tls, { connect: divert(tls.connect as Connect, true) });
    agent.createConnection = divert(agent.createConnection, false);
    const socket = net.Socket.prototype as unknown as { connect: Connect };
    socket.connect = keepTo(find, socket.connect);
    syncBuiltinESMExports();
}

/** The last gate before the system. */
function keepTo(find: () => NetworkGuard | undefined, connect: Connect): Connect {
    return function (...args) {
        const guard = find();
        if (guard === undefined) return connect.apply(this, args);
        const target = readConnectArguments(args);
        const refusal = refusalOf(target, guard.options);
        if (refusal === undefined) {
            if (target.pipe === undefined) countSocket(this as Socket);
            return connect.apply(this, args);
        }
        // Fails as a name does that nobody knows: that way is the same for all clients, and ends before the system.
        const lookup: LookupFunction = (_name, _options, found) => {
            setImmediate(() => found(refusal, []));
        };
        return connect.call(this, { port: target.port ?? 0, host: NOWHERE, autoSelectFamily: false, lookup });
    };
}

/** What a connection is to be made for that is answered here; undefined for one that the system makes, or the last gate refuses. */
function purposeOf(
    target: ConnectArguments,
    { options, connections }: NetworkGuard,
    isSecure: boolean,
): Purpose | undefined {
    const authority = describeTarget(target);
    if (isForApi(target, options)) return { isForApi: true, isSecure, authority };
    // What is secured goes where it went before, as through a tunnel.
    const secured = isSecure ? connections.purposeOf(target.options.socket) : undefined;
    if (secured !== undefined) return { ...secured, isSecure };
    if (options.policy !== 'handler' || target.pipe !== undefined || isOwn(target, options)) return undefined;
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
function isOwn({ host, port }: ConnectArguments, { ownAddresses = [] }: NetworkGuardOptions): boolean {
    return ownAddresses.some((address) => {
        const { hostname, port: ownPort } = new URL(`http://${address}`);
        const own = normalizeHost(hostname);
        return Number(ownPort || 80) === port && (own === host || (isLoopback(own) && isLoopback(host)));
    });
}

function refusalOf(target: ConnectArguments, options: NetworkGuardOptions): NetworkError | undefined {
    const name = describeTarget(target);
    if (isForApi(target, options)) {
        const message =
            `A connection to ${name} was made in a way that the engine cannot answer, and nothing of a run goes out to ` +
            'it. Use `fetch`, `node:http`, `node:https`, or `connect` of `node:net` or `node:tls`.';
        return new NetworkError('ERR_API_NOT_ANSWERED', message, target);
    }
    if (allows(target, options)) return undefined;
    return new NetworkError('ERR_NETWORK_FORBIDDEN', forbidden(name, options.policy), target);
}

function forbidden(name: string, policy: NetworkPolicy): string {
    if (policy === 'handler') {
        const rule = "the engine's option `network` is a handler, which answers HTTP/1.1 requests and nothing else";
        return `The Actor may not connect to ${name}: ${rule}.`;
    }
    const rest = policy === 'loopback' ? 'this machine and the API' : 'the API';
    return `The Actor may not connect to ${name}: the engine's option \`network: '${policy}'\` forbids it all hosts but ${rest}.`;
}

function allows(target: ConnectArguments, options: NetworkGuardOptions): boolean {
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
            return target.pipe === undefined && isOwn(target, options);
        default:
            return assertNever(policy);
    }
}
