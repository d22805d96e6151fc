import { followServersAndBrowsers, installGuard, type NetworkGuard } from './network-guard.js';

/*
 * Separates the networks of several runs in one thread, and that of their host. Clients reuse connections by target,
 * regardless of the caller: a run must neither get a connection of the host, which would bypass the guard, nor leave
 * one behind.
 */

/** The network of one run among others in its thread. */
export interface PerRunNetwork {
    readonly guard: NetworkGuard;
    /** Dispatcher of the run's `fetch`; created when it is first needed. */
    dispatcher?: Dispatcher;
}

/** The parts of an undici dispatcher that are used here. */
interface Dispatcher {
    dispatch(options: unknown, handler: unknown): boolean;
    destroy?(): Promise<void>;
}

type AgentInternals = { getName(options: object | undefined): string };
/** Options of a connection, which agents pass from one call to the next. */
type WithOwner = { [OWNER]?: PerRunNetwork | null };

const OWNER = Symbol('greenroom.owner');

/** Global symbols under which undici, Node's own or a package, keeps its default dispatcher. */
const DISPATCHERS = [Symbol.for('undici.globalDispatcher.1'), Symbol.for('undici.globalDispatcher.2')];

let findNetwork: () => PerRunNetwork | undefined = () => undefined;
let isPatched = false;
const ids = new WeakMap<PerRunNetwork, number>();
let lastId = 0;

/**
 * Assigns each connection of this thread to the network that is current when it is opened; if undefined, to the host.
 */
export function installPerRunNetwork(find: () => PerRunNetwork | undefined): void {
    findNetwork = find;
    // Repeated for each run, since the host may have set another dispatcher.
    isolateDispatchers();
    if (isPatched) return;
    isPatched = true;
    const findGuard = (): NetworkGuard | undefined => findNetwork()?.guard;
    installGuard(findGuard);
    followServersAndBrowsers(findGuard, true);
    isolateAgents();
}

/** Closes the connections that a run has left open. */
export function closeConnections({ dispatcher }: PerRunNetwork): void {
    void dispatcher?.destroy?.().catch(() => {});
}

/** An agent finds a connection by a name derived from the options; the agent for HTTPS extends that name. */
function isolateAgents(): void {
    const prototype = process.getBuiltinModule('node:http').Agent.prototype as unknown as AgentInternals;
    const { getName } = prototype;
    prototype.getName = function (options) {
        const name = getName.call(this, options);
        const owner = resolveOwner(options);
        return owner ? `${name}:greenroom-${idOf(owner)}` : name;
    };
}

/** The first call decides, since later calls for the same connection come from any context. */
function resolveOwner(options: (object & WithOwner) | undefined): PerRunNetwork | null {
    if (options === undefined) return findNetwork() ?? null;
    options[OWNER] ??= findNetwork() ?? null;
    return options[OWNER];
}

function idOf(owner: PerRunNetwork): number {
    const id = ids.get(owner) ?? (lastId += 1);
    ids.set(owner, id);
    return id;
}

function isolateDispatchers(): void {
    // Loads Node's own undici, which then creates its dispatcher.
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
        const network = findNetwork();
        // A mock or a proxy agent cannot be recreated; its connections are guarded all the same.
        if (network === undefined || Agent.name !== 'Agent') return dispatch(options, handler);
        network.dispatcher ??= new Agent();
        return network.dispatcher.dispatch(options, handler);
    };
}
