import { installNetworkGuard, type NetworkGuardOptions } from './network-guard.js';

/** The modules of Node that make connections, or give access to what does. */
const NETWORK_MODULES = /^(node:)?(net|tls|https?|http2|_http_\w+|_tls_\w+)$/;

/**
 * Where undici, be it Node's own behind `fetch` or `WebSocket` or a package, looks for what makes its connections; it
 * does so when it is loaded. The number is that of its format.
 */
const DISPATCHERS = [Symbol.for('undici.globalDispatcher.1'), Symbol.for('undici.globalDispatcher.2')];

type Undo = () => void;

let waiting: NetworkGuardOptions | undefined;
let undos: Undo[] = [];
let isInstalled = false;

/**
 * Installs the network guard as soon as the Actor touches the network, since many never do and loading it takes long.
 * Whoever loads modules has to tell of those that {@link isNetworkModule} knows, by calling what is returned.
 *
 * @returns Installs the guard at once.
 */
export function installLazily(options: NetworkGuardOptions): () => void {
    waiting = options;
    if (isInstalled) installWaiting();
    else if (undos.length === 0) undos = [watchFetch(), watchBuiltins(), ...DISPATCHERS.map(watchDispatcher)];
    return installWaiting;
}

/** Whether a module must not be given to the Actor before the guard has been installed. */
export function isNetworkModule(request: string): boolean {
    return NETWORK_MODULES.test(request);
}

function installWaiting(): void {
    if (waiting === undefined) return;
    const options = waiting;
    waiting = undefined;
    isInstalled = true;
    for (const undo of undos) undo();
    installNetworkGuard(options);
}

/** Its call and not its use is waited for: libraries that never call it ask whether it is there. */
function watchFetch(): Undo {
    const original = globalThis.fetch;
    const fetch: typeof original = (input, init) => {
        installWaiting();
        return original(input, init);
    };
    globalThis.fetch = fetch;
    return () => {
        if (globalThis.fetch === fetch) globalThis.fetch = original;
    };
}

function watchBuiltins(): Undo {
    const original = process.getBuiltinModule;
    const getBuiltinModule = (id: string) => {
        if (isNetworkModule(id)) installWaiting();
        return original.call(process, id);
    };
    process.getBuiltinModule = getBuiltinModule;
    return () => {
        if (process.getBuiltinModule === getBuiltinModule) process.getBuiltinModule = original;
    };
}

/** For what gives no other sign, such as `WebSocket`: even to look at that one would load it. */
function watchDispatcher(name: symbol): Undo {
    if (Object.hasOwn(globalThis, name)) return () => {};
    const set = (value: unknown) => {
        Object.defineProperty(globalThis, name, { value, writable: true, configurable: true });
    };
    const get = () => {
        installWaiting();
        return undefined;
    };
    Object.defineProperty(globalThis, name, { get, set, configurable: true });
    return () => {
        if (Object.getOwnPropertyDescriptor(globalThis, name)?.get === get) Reflect.deleteProperty(globalThis, name);
    };
}
