import { Agent, type IncomingMessage, type ServerResponse } from 'node:http';
import { RequestError, Server, type PrepareRequestFunctionOpts, type PrepareRequestFunctionResult } from 'proxy-chain';
import { isLoopback } from '../util/loopback.js';
import { timingSafeEqual } from '../util/timing-safe-equal.js';
import type { Socket } from 'node:net';

/** How {@link startForwardProxy} behaves. */
export interface ForwardProxyOptions {
    /** Opens the proxy; compared in constant time. */
    readonly password: string;
    /** Hosts that must never be reached through it, by their exact names. */
    readonly refusedHosts?: readonly string[];
    /** True if only this machine may be reached. Default: false. */
    readonly onlyLoopback?: boolean;
}

/** A proxy that listens. */
export interface ForwardProxy {
    readonly hostname: string;
    readonly port: number;
    /** Where clients ask, through the proxy, if they can use it: the value of `APIFY_PROXY_STATUS_URL`. */
    readonly statusUrl: string;
    /** Stops it and ends all its connections, tunnels too, at once. Calling it again waits for the same. */
    close(): Promise<void>;
}

const HOSTNAME = '127.0.0.1';
/** `auto`, or parameters such as `groups-RESIDENTIAL,session-abc,country-US_CA`; a group may be several, with a `+`. */
const USERNAME = /^(auto|[a-z]+-[\w.~+]+(,[a-z]+-[\w.~+]+)*)$/i;
const CHALLENGE = { 'Proxy-Authenticate': 'Basic realm="greenroom", charset="UTF-8"' };
const REMEDY = 'Use the URL that `proxyConfiguration.newUrl()` gives, or the password in `APIFY_PROXY_PASSWORD`.';

/**
 * Starts a proxy on this machine that stands in for Apify Proxy: it accepts the usernames that the SDK builds, answers as the
 * status page, and passes requests on to their targets, from this machine's own address.
 *
 * It does not keep the process alive.
 */
export async function startForwardProxy(options: ForwardProxyOptions): Promise<ForwardProxy> {
    const site = new ProxySite(options);
    const proxy: Server = new Server({
        port: 0,
        host: HOSTNAME,
        authRealm: 'greenroom',
        prepareRequestFunction: (request) => site.prepare(request, proxy.port),
    });
    const { server } = proxy;
    server.on('connection', (socket: Socket) => {
        socket.unref();
        // The library keeps the sockets of tunnels to itself; they show when they are joined with this one.
        socket.on('pipe', (target: Socket) => site.addTarget(target));
    });
    server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
        site.addRequest(request, response, proxy.port);
    });
    await proxy.listen();
    server.unref();
    // A connection that could not be accepted is its client's loss.
    server.on('error', () => {});
    const { port } = proxy;
    let closed: Promise<void> | undefined;
    return {
        hostname: HOSTNAME,
        port,
        statusUrl: `http://${HOSTNAME}:${port}`,
        close() {
            site.destroyTargets();
            return (closed ??= proxy.close(true));
        },
    };
}

/** Decides which requests pass through a proxy, and keeps its connections to their targets. */
class ProxySite {
    readonly #options: ForwardProxyOptions;
    readonly #refused: ReadonlySet<string>;
    readonly #targets = new Set<Socket>();
    /** Requests that have asked for the status page without the proxy. */
    readonly #direct = new WeakSet<IncomingMessage>();
    readonly #responses = new WeakMap<IncomingMessage, ServerResponse>();

    constructor(options: ForwardProxyOptions) {
        this.#options = options;
        this.#refused = new Set((options.refusedHosts ?? []).map(bareName));
    }

    /** Keeps a connection to a target until it closes. Neither it nor an error of it concerns the process. */
    addTarget<Target extends Socket>(target: Target): Target {
        this.#targets.add(target);
        target.on('error', () => {});
        target.once('close', () => this.#targets.delete(target));
        target.unref();
        // While it tries one address after the other, Node gives a socket a new handle for each.
        if (target.connecting) target.once('connect', () => target.unref());
        return target;
    }

    destroyTargets(): void {
        for (const target of this.#targets) target.destroy();
    }

    /** Takes note of a request; one for the status page that was sent directly gets the form that the library reads. */
    addRequest(request: IncomingMessage, response: ServerResponse, port: number): void {
        this.#responses.set(request, response);
        if (!STATUS_PATH.test(request.url ?? '')) return;
        this.#direct.add(request);
        request.url = `http://${HOSTNAME}:${port}${request.url}`;
    }

    /** Lets a request pass, answers it, or refuses it. */
    prepare(asked: PrepareRequestFunctionOpts, ownPort: number): PrepareRequestFunctionResult {
        const { request, port, isHttp } = asked;
        const host = bareName(asked.hostname);
        const problem = this.#credentialsProblem(asked);
        if (isHttp && port === ownPort && isLoopback(host)) {
            const isUsable = problem === undefined || this.#direct.has(request);
            return { customResponseFunction: () => statusPage(isUsable ? undefined : problem) };
        }
        if (problem !== undefined) throw new RequestError(problem, 407, CHALLENGE);
        this.#checkTarget(host, asked);
        if (isHttp && request.headers.upgrade?.toLowerCase() === 'websocket') {
            throw new RequestError('The proxy passes websockets through tunnels only. Open one with CONNECT.', 501);
        }
        return isHttp ? { httpAgent: this.#agentFor(request) } : {};
    }

    /** An agent of its own for each request, which could be lost on a connection that was kept, and must not be sent twice. */
    #agentFor(request: IncomingMessage): Agent {
        const agent = new Agent({ keepAlive: false });
        const createConnection = agent.createConnection.bind(agent);
        agent.createConnection = (...args) => {
            const target = createConnection(...args) as Socket;
            // After the library has noticed it.
            target.once('close', () => setImmediate(() => this.#endExchange(request)));
            return this.addTarget(target);
        };
        return agent;
    }

    #endExchange(request: IncomingMessage): void {
        // As of a target that switches to another protocol instead of answering.
        const response = this.#responses.get(request);
        if (response?.headersSent === false) response.destroy();
        // The next request of its connection comes after what the target has not read of this one.
        request.resume();
    }

    #credentialsProblem({ request, username, password }: PrepareRequestFunctionOpts): string | undefined {
        if (request.headers['proxy-authorization'] === undefined) {
            return `The request has no username and password for the proxy. ${REMEDY}`;
        }
        if (!timingSafeEqual(password, this.#options.password)) {
            return `The request has a wrong password for the proxy. ${REMEDY}`;
        }
        if (USERNAME.test(username)) return undefined;
        return (
            `The username for the proxy is \`${username}\`, but must be \`auto\`, or parameters such as ` +
            '`groups-RESIDENTIAL,session-abc,country-US`.'
        );
    }

    /** By the names of hosts, which are never looked up. */
    #checkTarget(host: string, { hostname, port }: PrepareRequestFunctionOpts): void {
        if (this.#refused.has(host)) {
            const message = `The proxy does not let anything through to ${host}: it must not be reached from here.`;
            throw new RequestError(message, 403);
        }
        if (this.#options.onlyLoopback === true && !isLoopback(host)) {
            const message = `The proxy lets through to this machine only, and ${hostname}:${port} is not on it.`;
            throw new RequestError(message, 403);
        }
    }
}

/** The page of a proxy that is asked for without it. */
const STATUS_PATH = /^\/(\?|$)/;

/** The platform's status page as JSON, which the SDK reads to see if it can use the proxy. */
function statusPage(connectionError: string | undefined) {
    const status = {
        connected: connectionError === undefined,
        connectionError: connectionError ?? null,
        isManInTheMiddle: false,
    };
    const headers = { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store' };
    return { statusCode: 200, headers, body: JSON.stringify(status) };
}

/** A host as the URL class writes it, without brackets and the dot of the root: each way to write one is the same. */
function bareName(host: string): string {
    const url = `http://${host}`;
    const name = URL.canParse(url) ? new URL(url).hostname : host;
    return name
        .toLowerCase()
        .replace(/^\[(.*)\]$/, '$1')
        .replace(/\.$/, '');
}
