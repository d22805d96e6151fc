import { API_BASE_URL } from '../../protocol/api.js';
import { SystemEventForwarder } from './forward-system-events.js';
import { ListenerTracker } from '../sdk/listener-work.js';
import { installSdkFastPaths } from './sdk-fast-paths.js';
import { patchSetStatusMessage, patchStorageMethods } from './direct-storage-client.js';
import type { RunContext } from '../sdk/context.js';
import type { WebRequest } from '../../protocol/network.js';
import type { RetrySettings, SystemEvent } from '../../protocol/messages.js';
import type { ApiClient, SdkPackages, ApifyPackage, EventListener, EventManager } from './packages.js';

/** The properties of a run that a bridge needs. */
export interface BridgeOptions extends Pick<RunContext, 'client' | 'env' | 'push'> {
    /** Hosts whose requests the engine handles. */
    hosts: readonly string[];
    /** If set, calls are sent as they would be without the bridge, and retried with these settings. */
    retries?: RetrySettings;
}

/** Connection of the SDK that an Actor brings. */
export interface Bridge {
    /** Forwards a system event to the SDK's listeners. */
    forwardEvent(event: SystemEvent): void;
    /** Settles when a request to the API may be sent. */
    beforeRequest(request: WebRequest): Promise<void>;
    /** True once the Actor has called `Actor.init()` or `Actor.main()` of its own SDK. */
    isInitialized(): boolean;
}

/**
 * The platform's SDK with its storage calls, requests and events redirected to a run. It can be created before there is
 * a run, and connected again: only the last run counts.
 */
export class ApifyBridge implements Bridge {
    readonly packages: SdkPackages;
    readonly #migrations = new MigrationTracker();
    readonly #forwarder: SystemEventForwarder;
    #run: BridgeOptions | undefined;
    #earlyClient: object | undefined;

    constructor(packages: SdkPackages) {
        this.packages = packages;
        const { apify, utilities } = packages;
        this.#forwarder = new SystemEventForwarder(utilities);
        this.#forwarder.patch(apify.PlatformEventManager.prototype);
        this.#migrations.patch(apify.PlatformEventManager.prototype);
        this.#redirectStorages();
        installSdkFastPaths(packages);
    }

    /** Connects the SDK to a run. */
    connect(options: BridgeOptions): void {
        this.#run = options;
        this.#earlyClient = undefined;
        this.#forwarder.reset();
        applyLogSettings(this.packages.apify, options.env);
    }

    forwardEvent(event: SystemEvent): void {
        this.#forwarder.forward(event);
    }

    isInitialized(): boolean {
        return this.#forwarder.wasInitialized;
    }

    #isForEngine(host: string): boolean {
        return this.#run?.hosts.includes(host) ?? false;
    }

    async beforeRequest({ url }: WebRequest): Promise<void> {
        const runId = this.#run?.env.ACTOR_RUN_ID;
        if (new URL(url).pathname.endsWith(`/actor-runs/${runId}/reboot`)) await this.#migrations.work.waitForOthers();
    }

    /**
     * Redirects the storages of every configuration to the host: of the global one, and of those that an Actor creates.
     */
    #redirectStorages(): void {
        const { apify, core } = this.packages;
        const { prototype } = core.Configuration;
        const { useStorageClient, getStorageClient } = prototype;
        const patch = (storages: object): object => this.#patchClient(storages);
        const openEarly = (): object => this.#openEarlyClient();
        prototype.useStorageClient = function (storages) {
            useStorageClient.call(this, patch(storages));
        };
        prototype.getStorageClient = function () {
            const isGiven = this.options.has('storageClient') || !apify.Actor.isAtHome();
            return isGiven ? getStorageClient.call(this) : openEarly();
        };
    }

    #patchClient(storages: object): object {
        const { ApifyApiError, ApifyClient } = this.packages.client;
        if (!(storages instanceof ApifyClient) || this.#run === undefined) return storages;
        const isOfEngine = this.#isForEngine(new URL(storages.baseUrl).hostname);
        const { retries } = this.#run;
        const direct = { ...this.#run, ApifyApiError };
        if (isOfEngine && retries === undefined) patchStorageMethods(storages, direct);
        if (isOfEngine && retries !== undefined) {
            patchSetStatusMessage(storages, direct);
            Object.assign(storages.httpClient ?? {}, retries);
        }
        return storages;
    }

    /**
     * Returns a client for an Actor that uses storages before `init` or without it; otherwise it would write into the
     * host's working directory. The SDK's own client cannot be used yet, because it needs prices that `init` loads.
     */
    #openEarlyClient(): object {
        const { ApifyClient } = this.packages.client;
        const create = (): ApiClient => new ApifyClient({ token: this.#run?.env.APIFY_TOKEN, baseUrl: API_BASE_URL });
        this.#earlyClient ??= this.#patchClient(create());
        return this.#earlyClient;
    }
}

/**
 * Sets the level and format of the SDK's logger from the variables of the run. The logger reads them when it is loaded,
 * which a spare thread does before there is a run.
 */
function applyLogSettings(
    { log, LogLevel, LoggerJson }: Pick<ApifyPackage, 'log' | 'LogLevel' | 'LoggerJson'>,
    env: Readonly<Record<string, string | undefined>>,
): void {
    const { APIFY_LOG_LEVEL: level, APIFY_LOG_FORMAT: format } = env;
    const number = level === undefined ? undefined : (LogLevel[level.toUpperCase()] ?? Number(level));
    if (typeof number === 'number' && LogLevel[number] !== undefined) log.setLevel(number);
    if (format === 'JSON') log.setOptions({ logger: new LoggerJson() });
}

/**
 * Tracks the listeners that are still handling a migration. The SDK calls each of them a second time and then requests
 * the reboot. Crawlee's listener waits for the pages in progress only the first time, so that they would be interrupted
 * and processed twice.
 */
class MigrationTracker {
    readonly work = new ListenerTracker();
    readonly #tracked = new WeakMap<EventListener, EventListener>();

    /** Tracks the listeners of all managers of a class. */
    patch(managers: EventManager): void {
        const { on, off } = managers;
        const tracked = (listener: EventListener): EventListener => this.#trackListener(listener);
        const lookUp = (listener: EventListener): EventListener => this.#tracked.get(listener) ?? listener;
        managers.on = function (this: EventManager, event, listener) {
            on.call(this, event, event === 'migrating' ? tracked(listener) : listener);
        };
        managers.off = function (this: EventManager, event, listener) {
            off.call(this, event, event === 'migrating' && listener ? lookUp(listener) : listener);
        };
    }

    #trackListener(listener: EventListener): EventListener {
        const tracked = this.#tracked.get(listener) ?? ((...args) => this.work.track(() => listener(...args)));
        this.#tracked.set(listener, tracked);
        return tracked;
    }
}
