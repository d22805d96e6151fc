import type { AddressInfo, Server, Socket } from 'node:net';
import { isLoopback } from '../../util/loopback.js';
import type { Target } from './connect-arguments.js';

/** The servers of an Actor and of the browsers that it has started, which it can reach under every policy. */
export class OwnServers {
    readonly #servers = new Set<Server>();
    /** Ports on which browsers are controlled. */
    readonly #controlPorts = new Set<number>();

    addServer(server: Server): void {
        if (this.#servers.has(server)) return;
        this.#servers.add(server);
        server.once('close', () => this.#servers.delete(server));
    }

    addControlPort(port: number): void {
        this.#controlPorts.add(port);
    }

    removeControlPort(port: number): void {
        this.#controlPorts.delete(port);
    }

    /** True if one of these servers listens there. */
    includes({ host, port, pipe }: Target): boolean {
        if (pipe === undefined && (port === undefined || !isLoopback(host))) return false;
        if (pipe === undefined && this.#controlPorts.has(port!)) return true;
        for (const server of this.#servers) {
            const address = server.address();
            if (pipe === undefined ? typeof address === 'object' && address?.port === port : address === pipe) {
                return true;
            }
        }
        return false;
    }
}

type Listen = (this: Server, ...args: unknown[]) => Server;

let findServers: () => OwnServers | undefined = () => undefined;
let isPatched = false;

/** Adds each server of this thread that listens from now on to the servers that `find` returns at that moment. */
export function collectOwnServers(find: () => OwnServers | undefined): void {
    findServers = find;
    if (isPatched) return;
    isPatched = true;
    const server = process.getBuiltinModule('node:net').Server.prototype as unknown as { listen: Listen };
    const { listen } = server;
    server.listen = function (...args) {
        findServers()?.addServer(this);
        return listen.apply(this, args);
    };
}

/** A server of the engine in the thread of an Actor. */
export interface Listener {
    readonly server: Server;
    readonly port: number;
}

/** Members that Node's types omit. */
interface ServerInternals {
    /** Listens at once, unlike `listen`, which looks the address up first. */
    _listen2(address: string, port: number, addressType: 4 | 6, backlog: number): void;
}

/** Listens on a free loopback port, which is known at once. The server does not keep the thread alive. */
export function listenOnLoopback(onConnection: (socket: Socket) => void): Listener {
    const server = process.getBuiltinModule('node:net').createServer(onConnection) as Server & ServerInternals;
    server._listen2('127.0.0.1', 0, 4, 511);
    server.unref();
    return { server, port: (server.address() as AddressInfo).port };
}
