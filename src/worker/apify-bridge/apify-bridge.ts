import type { RunContext } from '../sdk/context.js';
import type { RetrySettings } from '../../protocol/messages.js';
import { API_BASE_URL } from '../../protocol/api.js';
import { SystemEventForwarder } from './forward-system-events.js';
import { ListenerWork } from '../sdk/listener-work.js';
import { installSdkFastPaths } from './sdk-fast-paths.js';
import { patchSetStatusMessage, patchStorageMethods } from './direct-storage-client.js';
import type { WebRequest } from '../../protocol/network.js';
import type { SystemEvent } from '../../protocol/messages.js';

import type { ApiClient, SdkPackages, ApifyPackage, EventListener, EventManager } from './packages.js';

export interface BridgeOptions extends Pick<RunContext, 'client' | 'env' | 'push'> {
    /** Hosts whose requests the engine answers. */
    hosts: readonly string[];
    /** Where it is, calls are to go as they would without the bridge, and to be repeated so. */
    retries?: RetrySettings;
}

export interface Bridge {
    announce(event: SystemEvent): void;
    /** Settles when a request for the API may be sent. */
    beforeRequest(request: WebRequest): Promise<void>;
    /** Whether the Actor has called `Actor.init()` or `Actor.main()` of its own SDK. */
    isInitialized(): boolean;
}

/**
 * The real SDK, with its storages, requests and events led to the run that it is joined to. It can be made before there is
 * a run, and be joined anew: only the last run counts.
 */
export class ApifyBridge implements Bridge {
    readonly packages: SdkPackages;
    readonly #migrations = new MigrationWatch();
    readonly #relay: SystemEventForwarder;
    #run: BridgeOptions | undefined;
    #early: object | undefined;

    constructor(packages: SdkPackages) {
        this.packages = packages;
        const { apify, utilities } = packages;
        this.#relay = new SystemEventForwarder(utilities);
        this.#relay.serve(apify.PlatformEventManager.prototype);
        this.#migrations.serve(apify.PlatformEventManager.prototype);
        this.#leadStorages();
        installSdkFastPaths(packages);
    }

    /** From now on it is this run's. */
    join(options: BridgeOptions): void {
        this.#run = options;
        this.#early = undefined;
        this.#relay.reset();
        applyLogSettings(this.packages.apify, options.env);
    }

    announce(event: SystemEvent): void {
        this.#relay.announce(event);
    }

    isInitialized(): boolean {
        return this.#relay.wasHeard;
    }

    #isForEngine(host: string): boolean {
        return this.#run?.hosts.includes(host) ?? false;
    }

    async beforeRequest({ url }: WebRequest): Promise<void> {
        const runId = this.#run?.env.ACTOR_RUN_ID;
        if (new URL(url).pathname === `/v2/actor-runs/${runId}/reboot`) await this.#migrations.work.othersSettled();
    }

    /** Leads the storages of every configuration to the host: of the global one, and of those that an Actor makes. */
    #leadStorages(): void {
        const { apify, core } = this.packages;
        const { prototype } = core.Configuration;
        const { useStorageClient, getStorageClient } = prototype;
        const shorten = (storages: object): object => this.#shorten(storages);
        const early = (): object => this.#earlyClient();
        prototype.useStorageClient = function (storages) {
            useStorageClient.call(this, shorten(storages));
        };
        prototype.getStorageClient = function () {
            const isGiven = this.options.has('storageClient') || !apify.Actor.isAtHome();
            return isGiven ? getStorageClient.call(this) : early();
        };
    }

    #shorten(storages: object): object {
        const { ApifyApiError, ApifyClient } = this.packages.client;
        if (!(storages instanceof ApifyClient) || this.#run === undefined) return storages;
        const isOfEngine = this.#isForEngine(new URL(storages.baseUrl).hostname);
        const { retries } = this.#run;
        const shortcut = { ...this.#run, ApifyApiError };
        if (isOfEngine && retries === undefined) patchStorageMethods(storages, shortcut);
        if (isOfEngine && retries !== undefined) {
            patchSetStatusMessage(storages, shortcut);
            Object.assign(storages.httpClient ?? {}, retries);
        }
        return storages;
    }

    /**
     * For an Actor that uses storages before `init`, or without it: it would write into the directory of the host. The
     * SDK's own client is of no use yet, as it asks for prices that `init` finds out.
     */
    #earlyClient(): object {
        const { ApifyClient } = this.packages.client;
        const make = (): ApiClient => new ApifyClient({ token: this.#run?.env.APIFY_TOKEN, baseUrl: API_BASE_URL });
        this.#early ??= this.#shorten(make());
        return this.#early;
    }
}

/**
 * Gives the SDK's logger the level and the form that the run's variables name. It reads them when it is loaded, which a
 * spare thread does before it knows of any run.
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
 * Knows which listeners are still at work on a migration. The SDK calls each of them a second time and then asks for its
 * reboot; but Crawlee's waits for the pages under way only the first time, so that they would be cut short, and done twice.
 */
class MigrationWatch {
    readonly work = new ListenerWork();
    readonly #watched = new WeakMap<EventListener, EventListener>();

    /** Watches the listeners of all managers of a class. */
    serve(managers: EventManager): void {
        const { on, off } = managers;
        const watched = (listener: EventListener): EventListener => this.#watch(listener);
        const known = (listener: EventListener): EventListener => this.#watched.get(listener) ?? listener;
        managers.on = function (this: EventManager, event, listener) {
            on.call(this, event, event === 'migrating' ? watched(listener) : listener);
        };
        managers.off = function (this: EventManager, event, listener) {
            off.call(this, event, event === 'migrating' && listener ? known(listener) : listener);
        };
    }

    #watch(listener: EventListener): EventListener {
        const watched = this.#watched.get(listener) ?? ((...args) => this.work.start(() => listener(...args)));
        this.#watched.set(listener, watched);
        return watched;
    }
}
