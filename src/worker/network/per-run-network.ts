import { installGuard, type NetworkGuard } from './network-guard.js';

/*
 * Several runs in one thread, and its host besides them. Connections that are kept alive are handed on by whom they go to,
 * and not by who asks: a run must neither come by one of the host's, which would lead out, nor leave one of its own behind.
 */

/** The network of one run among others in its thread. */
export interface PerRunNetwork {
    readonly guard: NetworkGuard;
    /** What its `fetch` goes through; made when it is first needed. */
    dispatcher?: Dispatcher;
}

/** What undici sends requests through, as far as it matters here. */
interface Dispatcher {
    dispatch(options: unknown, handler: unknown): boolean;
    destroy?(): Promise<void>;
}

type AgentInternals = { getName(options: object | undefined): string };
/** The options of a connection, which agents pass on from one call to the next. */
type WithOwner = { [OWNER]?: PerRunNetwork | null };

const OWNER = Symbol('greenroom.owner');

/** Where undici, Node's own or a package, keeps what it sends requests through by default. */
const DISPATCHERS = [Symbol.for('undici.globalDispatcher.1'), Symbol.for('undici.globalDispatcher.2')];

let findCurrentNetwork: () => PerRunNetwork | undefined = () => undefined;
let isPatched = false;
const ids = new WeakMap<PerRunNetwork, number>();
let lastId = 0;

/** Gives each connection of this thread to the network that is found as it is made; with undefined it is the host's. */
export function installPerRunNetwork(findCurrentNetwork: () => PerRunNetwork | undefined): void {
    findCurrentNetwork = findCurrentNetwork;
    // Anew for each run, as the host may have set another dispatcher since.
    isolateDispatchers();
    if (isPatched) return;
    isPatched = true;
    installGuard(() => findCurrentNetwork()?.guard);
    isolateAgents();
}

/** Ends what a run has left open. */
export function closeConnections({ dispatcher }: PerRunNetwork): void {
    void dispatcher?.destroy?.().catch(() => {});
}

/** An agent finds a connection by the name that it makes of the options; that of https makes it of the same. */
function isolateAgents(): void {
    const prototype = process.getBuiltinModule('node:http').Agent.prototype as unknown as AgentInternals;
    const { getName } = prototype;
    prototype.getName = function (options) {
        const name = getName.call(this, options);
        const owner = resolveOwner(options);
        return owner ? `${name}:greenroom-${idOf(owner)}` : name;
    };
}

/** Whoever has asked first: later calls for the same connection come from anywhere. */
function resolveOwner(options: (object & WithOwner) | undefined): PerRunNetwork | null {
    if (options === undefined) return findCurrentNetwork() ?? null;
    options[OWNER] ??= findCurrentNetwork() ?? null;
    return options[OWNER];
}

function idOf(owner: PerRunNetwork): number {
    const id = ids.get(owner) ?? (lastId += 1);
    ids.set(owner, id);
    return id;
}

function isolateDispatchers(): void {
    // Loads Node's own undici, which makes its dispatcher then.
    void globalThis.Response;
    for (const name of DISPATCHERS) {
        const dispatcher = (globalThis as Record<symbol, unknown>)[name] as (Dispatcher & WithOwner) | undefined;
        if (dispatcher !== undefined && dispatcher[OWNER] === undefined) isolateDispatcher(dispatcher);
    }
}

function isolateDispatcher(shared: Dispatcher & WithOwner): void {
    const dispatch = shared.dispatch.bind(shared);
    const Agent = shared.constructor as new () => Dispatcher;
    Object.defineProperty(shared, OWNER, { value: null });
    shared.dispatch = (options, handler) => {
        const network = findCurrentNetwork();
        // Of a mock, or of an agent for proxies, another one cannot be made; what it connects is caught all the same.
        if (network === undefined || Agent.name !== 'Agent') return dispatch(options, handler);
        network.dispatcher ??= new Agent();
        return network.dispatcher.dispatch(options, handler);
    };
}
