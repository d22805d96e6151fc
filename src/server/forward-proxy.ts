import { Agent, type IncomingMessage, type ServerResponse } from 'node:http';
import { RequestError, Server, type PrepareRequestFunctionOpts, type PrepareRequestFunctionResult } from 'proxy-chain';
import { isLoopback } from '../util/loopback.js';
import { timingSafeEqual } from '../util/timing-safe-equal.js';
import type { Socket } from 'node:net';

/** Options of {@link startForwardProxy}. */
export interface ForwardProxyOptions {
    /** Password of clients; compared in constant time. */
    readonly password: string;
    /** Exact names of hosts that the proxy never connects to. */
    readonly refusedHosts?: readonly string[];
    /** If set, the proxy only connects to this machine. Default: false. */
    readonly onlyLoopback?: boolean;
}

/** A listening proxy. */
export interface ForwardProxy {
    readonly hostname: string;
    readonly port: number;
    /** URL of the status page, which clients request through the proxy: the value of `APIFY_PROXY_STATUS_URL`. */
    readonly statusUrl: string;
    /** Stops the proxy and destroys all its connections, including tunnels. Further calls await the same close. */
    close(): Promise<void>;
}

const HOSTNAME = '127.0.0.1';
/** `auto`, or parameters such as `groups-RESIDENTIAL,session-abc,country-US_CA`; several groups are joined by `+`. */
const USERNAME = /^(auto|[a-z]+-[\w.~+]+(,[a-z]+-[\w.~+]+)*)$/i;
const CHALLENGE = { 'Proxy-Authenticate': 'Basic realm="greenroom", charset="UTF-8"' };
const REMEDY = 'Use the URL that `proxyConfiguration.newUrl()` returns, or the password in `APIFY_PROXY_PASSWORD`.';

/**
 * Starts a proxy on this machine in place of Apify Proxy: it accepts the usernames that the SDK creates, serves the status page,
 * and forwards requests to their targets from this machine's own address.
 *
 * It does not keep the process alive.
 */
export async function startForwardProxy(options: ForwardProxyOptions): Promise<ForwardProxy> {
    const context = new ProxyContext(options);
    const proxy: Server = new Server({
        port: 0,
        host: HOSTNAME,
        authRealm: 'greenroom',
        prepareRequestFunction: (request) => context.prepare(request, proxy.port),
    });
    const { server } = proxy;
    server.on('connection', (socket: Socket) => {
        socket.unref();
        // The library does not expose the sockets of tunnels; they appear when they are piped to this one.
        socket.on('pipe', (target: Socket) => context.addTarget(target));
    });
    server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
        context.addRequest(request, response, proxy.port);
    });
    await proxy.listen();
    server.unref();
    // A connection that cannot be accepted only affects its client.
    server.on('error', () => {});
    const { port } = proxy;
    let closed: Promise<void> | undefined;
    return {
        hostname: HOSTNAME,
        port,
        statusUrl: `http://${HOSTNAME}:${port}`,
        close() {
            context.destroyTargets();
            return (closed ??= proxy.close(true));
        },
    };
}

/** Authorizes the requests of a proxy, and tracks its connections to their targets. */
class ProxyContext {
    readonly #options: ForwardProxyOptions;
    readonly #refused: ReadonlySet<string>;
    readonly #targets = new Set<Socket>();
    /** Requests for the status page that were sent directly, not through the proxy. */
    readonly #direct = new WeakSet<IncomingMessage>();
    readonly #responses = new WeakMap<IncomingMessage, ServerResponse>();

    constructor(options: ForwardProxyOptions) {
        this.#options = options;
        this.#refused = new Set((options.refusedHosts ?? []).map(normalizeHost));
    }

    /** Tracks a connection to a target until it closes. It neither keeps the process alive nor ends it by an error. */
    addTarget<Target extends Socket>(target: Target): Target {
        this.#targets.add(target);
        target.on('error', () => {});
        target.once('close', () => this.#targets.delete(target));
        target.unref();
        // Node tries the addresses of a host in turn, with a new handle for each.
        if (target.connecting) target.once('connect', () => target.unref());
        return target;
    }

    destroyTargets(): void {
        for (const target of this.#targets) target.destroy();
    }

    /** Registers a request. A direct one for the status page gets the absolute URL that the library expects. */
    addRequest(request: IncomingMessage, response: ServerResponse, port: number): void {
        this.#responses.set(request, response);
        if (!STATUS_PATH.test(request.url ?? '')) return;
        this.#direct.add(request);
        request.url = `http://${HOSTNAME}:${port}${request.url}`;
    }

    /** Forwards a request, serves the status page, or rejects the request. */
    prepare(options: PrepareRequestFunctionOpts, ownPort: number): PrepareRequestFunctionResult {
        const { request, port, isHttp } = options;
        const host = normalizeHost(options.hostname);
        const problem = this.#checkCredentials(options);
        if (isHttp && port === ownPort && isLoopback(host)) {
            const isUsable = problem === undefined || this.#direct.has(request);
            return { customResponseFunction: () => statusPage(isUsable ? undefined : problem) };
        }
        if (problem !== undefined) throw new RequestError(problem, 407, CHALLENGE);
        this.#checkTarget(host, options);
        if (isHttp && request.headers.upgrade?.toLowerCase() === 'websocket') {
            throw new RequestError('The proxy only supports websockets through tunnels. Open one with CONNECT.', 501);
        }
        return isHttp ? { httpAgent: this.#createAgent(request) } : {};
    }

    /** Creates an agent for one request: on a reused connection the request could be lost, and it must not be sent twice. */
    #createAgent(request: IncomingMessage): Agent {
        const agent = new Agent({ keepAlive: false });
        const createConnection = agent.createConnection.bind(agent);
        agent.createConnection = (...args) => {
            const target = createConnection(...args) as Socket;
            // After the library has handled it.
            target.once('close', () => setImmediate(() => this.#endExchange(request)));
            return this.addTarget(target);
        };
        return agent;
    }

    #endExchange(request: IncomingMessage): void {
        // For example, the target switched to another protocol instead of responding.
        const response = this.#responses.get(request);
        if (response?.headersSent === false) response.destroy();
        // The next request of the connection follows the part of this one that the target has not read.
        request.resume();
    }

    #checkCredentials({ request, username, password }: PrepareRequestFunctionOpts): string | undefined {
        if (request.headers['proxy-authorization'] === undefined) {
            return `The request has no username and password for the proxy. ${REMEDY}`;
        }
        if (!timingSafeEqual(password, this.#options.password)) {
            return `The password for the proxy is wrong. ${REMEDY}`;
        }
        if (USERNAME.test(username)) return undefined;
        return (
            `The username for the proxy is \`${username}\`, but must be \`auto\`, or parameters such as ` +
            '`groups-RESIDENTIAL,session-abc,country-US`.'
        );
    }

    /** Compares the names of hosts; they are never resolved. */
    #checkTarget(host: string, { hostname, port }: PrepareRequestFunctionOpts): void {
        if (this.#refused.has(host)) {
            const message = `The proxy does not forward requests to ${host}.`;
            throw new RequestError(message, 403);
        }
        if (this.#options.onlyLoopback === true && !isLoopback(host)) {
            const message = `The proxy only forwards requests to this machine, and ${hostname}:${port} is another one.`;
            throw new RequestError(message, 403);
        }
    }
}

/** The path of a direct request for the status page. */
const STATUS_PATH = /^\/(\?|$)/;

/** Returns the platform's status page as JSON, which the SDK reads to check if it can use the proxy. */
function statusPage(connectionError: string | undefined) {
    const status = {
        connected: connectionError === undefined,
        connectionError: connectionError ?? null,
        isManInTheMiddle: false,
    };
    const headers = { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store' };
    return { statusCode: 200, headers, body: JSON.stringify(status) };
}

/** Normalizes a host as the URL class does, without brackets and the trailing dot of the root. */
function normalizeHost(host: string): string {
    const url = `http://${host}`;
    const name = URL.canParse(url) ? new URL(url).hostname : host;
    return name
        .toLowerCase()
        .replace(/^\[(.*)\]$/, '$1')
        .replace(/\.$/, '');
}
