import { createRequire } from 'node:module';
import { join } from 'node:path';

/*
 * Types of the Actor's own packages, as far as the bridge uses them. They are loaded through CommonJS like the Actor's
 * own imports, so that both get the same instances: the ES modules of these packages only re-export their CommonJS
 * modules.
 */

/** The parts of `apify` that the bridge uses. */
export interface ApifyPackage {
    Actor: (new (options: object) => ActorInstance) & { isAtHome(): boolean; prototype: ActorPrototype };
    KeyValueStore: unknown;
    Configuration: { resetGlobalState(): void };
    PlatformEventManager: { prototype: EventManager };
    log: SdkLog;
    LogLevel: Record<string, number | string>;
    LoggerJson: new () => object;
}

/** An instance of the SDK's `Actor`. Most Actors use only the one behind its static methods. */
export interface ActorInstance {
    readonly config: Configuration;
    readonly eventManager: EventManager;
    init(): Promise<void>;
    getInput(): Promise<unknown>;
    pushData(item: object): Promise<unknown>;
    setValue(key: string, value: unknown): Promise<void>;
    exit(options: { exit: boolean }): Promise<void>;
}

/** The parts of `@crawlee/core` that the bridge uses. */
export interface CorePackage {
    Configuration: ConfigurationClass;
    Dataset: unknown;
    EventManager: new () => EventManager;
}

/** The parts of `apify-client` that the bridge uses. */
export interface ClientPackage {
    ApifyClient: new (options?: { token?: string; baseUrl?: string }) => ApiClient;
    ApifyApiError: new (response: unknown, attempt: number) => Error;
}

export interface ConfigurationClass {
    prototype: Configuration;
    getGlobalConfig(): Configuration;
    resetGlobalState(): void;
    /** The configuration of an async context; absent in early versions. */
    storage?: { run<T>(config: Configuration, work: () => T): T };
    /** Keys by the names of their environment variables. */
    ENV_MAP?: Record<string, string>;
}

export interface ActorPrototype {
    openDataset: OpenStorage;
    openKeyValueStore: OpenStorage;
    _openStorage(storageClass: unknown, id: unknown, options: object): Promise<unknown>;
    _ensureActorInit(method: string): void;
}

/** Opens a storage by id, name or alias; by default, the run's own. */
type OpenStorage = (this: ActorPrototype, id?: unknown, options?: object) => Promise<unknown>;

export interface Configuration {
    get(key: string, defaultValue?: unknown): unknown;
    readonly options: Map<string, unknown>;
    getStorageClient(): object;
    useStorageClient(client: object): void;
    useEventManager(events: object): void;
    set(key: string, value: unknown): void;
}

export type EventListener = (...args: unknown[]) => unknown;

export interface EventManager {
    init(): Promise<void>;
    close(): Promise<void>;
    on(event: string, listener: EventListener): void;
    off(event: string, listener?: EventListener): void;
    emit(name: string, ...args: unknown[]): void;
    intervals?: { persistState?: unknown };
}

/** The parts of `@apify/utilities` that the bridge uses. */
export interface UtilitiesPackage {
    betterClearInterval(interval: unknown): void;
}

export interface ApiClient {
    baseUrl: string;
    dataset(id: string): object;
    keyValueStore(id: string): object;
    requestQueue(id: string, options?: object): object;
    run(id: string): object;
    datasets(): object;
    keyValueStores(): object;
    requestQueues(): object;
    setStatusMessage(message: string, options?: object): Promise<unknown>;
    readonly httpClient?: { minDelayBetweenRetriesMillis?: number };
}

/** The logger that the SDK and Crawlee share. */
export interface SdkLog {
    getLevel(): number;
    setLevel(level: number): void;
    setOptions(options: object): void;
}

/** The packages of the platform's SDK. */
export interface SdkPackages {
    apify: ApifyPackage;
    core: CorePackage;
    client: ClientPackage;
    utilities: UtilitiesPackage;
}

/** Loads the packages of the SDK that an Actor brings. */
export function loadSdkPackages(apifyFolder: string): SdkPackages {
    const fromApify = createRequire(join(apifyFolder, 'package.json'));
    return {
        apify: fromApify(apifyFolder) as ApifyPackage,
        core: fromApify('@crawlee/core') as CorePackage,
        client: fromApify('apify-client') as ClientPackage,
        utilities: fromApify('@apify/utilities') as UtilitiesPackage,
    };
}

/** Loads the core of a Crawlee that an Actor uses without the SDK. */
export function loadCore(core: string): CorePackage {
    return createRequire(join(core, 'package.json'))(core) as CorePackage;
}
