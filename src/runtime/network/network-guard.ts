import { syncBuiltinESMExports } from 'node:module';
import type { LookupFunction, Socket } from 'node:net';
import { assertNever } from '../../util/assert-never.js';
import type { ApiCall } from '../../protocol/api.js';
import type { NetworkPolicy } from '../../protocol/network.js';
import { ApiConnections } from './api-connections.js';
import { describeTarget, normalizeHost, readConnectArguments, type ConnectArguments } from './connect-arguments.js';
import { isLoopback } from '../../util/loopback.js';
import { NetworkError } from './network-error.js';
import { countServerSockets, countSocket } from './traffic.js';

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
    /** Answers requests to these hosts. While it does, it has to keep the thread alive by itself. */
    answer: ApiCall;
}

type Connect = (this: unknown, ...args: unknown[]) => Socket;
type Guard = Pick<NetworkGuardOptions, 'policy' | 'answer'> & { apiHosts: ReadonlySet<string> };

/** Not an address, or it would not be looked up. */
const NOWHERE = 'nowhere.invalid';

let guard: Guard | undefined;

/**
 * Guards the network of this thread: from now on requests to the hosts of the API are answered in process, and all other
 * connections keep to the policy. Loads Node's network. A second call replaces the options of the first.
 */
export function installNetworkGuard({ policy, apiHosts, answer }: NetworkGuardOptions): void {
    const next: Guard = { policy, answer, apiHosts: new Set(apiHosts.map(normalizeHost)) };
    if (guard !== undefined) {
        Object.assign(guard, next);
        return;
    }
    guard = next;
    patch(next);
}

function patch(guard: Guard): void {
    const net = process.getBuiltinModule('node:net');
    const tls = process.getBuiltinModule('node:tls');
    const agent = process.getBuiltinModule('node:http').Agent.prototype as unknown as { createConnection: Connect };
    const connections = new ApiConnections((request) => guard.answer(request));

    const divert = (connect: Connect, isSecure: boolean): Connect =>
        function (...args) {
            const target = readConnectArguments(args);
            const { socket } = target.options;
            if (!isForApi(target, guard) && !(isSecure && connections.has(socket))) return connect.apply(this, args);
            // Such as the way to a proxy.
            socket?.destroy();
            return connections.open(target, isSecure);
        };
    const plain = divert(net.connect as Connect, false);
    Object.assign(net, { connect: plain, createConnection: plain });
    Object.assign(tls, { connect: divert(tls.connect as Connect, true) });
    agent.createConnection = divert(agent.createConnection, false);
    const socket = net.Socket.prototype as unknown as { connect: Connect };
    socket.connect = keepTo(guard, socket.connect);
    countServerSockets();
    syncBuiltinESMExports();
}

/** The last gate before the system. */
function keepTo(guard: Guard, connect: Connect): Connect {
    return function (...args) {
        const target = readConnectArguments(args);
        const refusal = refusalOf(target, guard);
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

/** A proxy is told the host of the API in its own way; the name for the certificate is that of the far end all the same. */
function isForApi({ host, pipe, options }: ConnectArguments, { apiHosts }: Guard): boolean {
    if (options.servername && apiHosts.has(normalizeHost(options.servername))) return true;
    return pipe === undefined && apiHosts.has(host);
}

function refusalOf(target: ConnectArguments, guard: Guard): NetworkError | undefined {
    const name = describeTarget(target);
    if (isForApi(target, guard)) {
        const message =
            `A connection to ${name} was made in a way that the engine cannot answer, and nothing of a run goes out to ` +
            'it. Use `fetch`, `node:http`, `node:https`, or `connect` of `node:net` or `node:tls`.';
        return new NetworkError('ERR_API_NOT_ANSWERED', message, target);
    }
    if (allows(guard.policy, target)) return undefined;
    const rest = guard.policy === 'loopback' ? 'this machine and the API' : 'the API';
    const message =
        `The Actor may not connect to ${name}: the engine's option \`network: '${guard.policy}'\` forbids it all hosts ` +
        `but ${rest}.`;
    return new NetworkError('ERR_NETWORK_FORBIDDEN', message, target);
}

function allows(policy: NetworkPolicy, { host, pipe }: ConnectArguments): boolean {
    switch (policy) {
        case 'guarded':
        case 'allow':
            return true;
        case 'loopback':
            return pipe !== undefined || isLoopback(host);
        case 'block':
            return false;
        default:
            return assertNever(policy);
    }
}
