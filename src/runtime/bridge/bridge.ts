import { API_BASE_URL, type ApiCall } from '../../protocol/api.js';
import { routeAxios, type ApiRoute } from './axios-adapter.js';
import { EventRelay } from './event-relay.js';
import { applyLogSettings } from './log-settings.js';
import { MigrationWatch } from './migration-watch.js';
import { loadCore, loadSdkPackages, type ApiClient, type CorePackage, type SdkPackages } from './packages.js';
import { directStorages, shortenStorages } from './storage-shortcut.js';
import type { Client } from '../../model/client.js';
import type { OwnSdk, SystemEvent } from '../../protocol/messages.js';

/** What the Actor's own SDK is joined to. */
export interface BridgeOptions {
    client: Client;
    env: Readonly<Record<string, string | undefined>>;
    api: ApiRoute;
    /** Appends items, given as JSON texts of one object each, to a dataset. */
    push(datasetId: string, texts: readonly string[]): Promise<void>;
}

/** The Actor's own SDK, joined to the engine. */
export interface Bridge {
    announce(event: SystemEvent): void;
    /** Whether the Actor has called `Actor.init()` or `Actor.main()` of its own SDK. */
    isInitialized(): boolean;
}

/**
 * Joins the SDK that an Actor brings to the engine, before the Actor is loaded. Nothing of the packages changes on disk,
 * and nothing in memory but where their calls go and where their events come from.
 */
export function joinOwnSdk(sdk: OwnSdk, options: BridgeOptions): Bridge {
    return sdk.apify === undefined
        ? joinCrawlee(loadCore(sdk), options)
        : joinApify(loadSdkPackages(sdk.apify), options);
}

function joinApify(packages: SdkPackages, options: BridgeOptions): Bridge {
    const migrations = new MigrationWatch();
    migrations.serve(packages.apify.PlatformEventManager.prototype);
    const rebootPath = `/v2/actor-runs/${options.env.ACTOR_RUN_ID}/reboot`;
    const answer: ApiCall = async (request) => {
        if (request.path === rebootPath) await migrations.othersAreDone();
        return options.api.answer(request);
    };
    routeAxios(packages.axios, { ...options.api, answer });
    leadStorages(packages, options);
    applyLogSettings(packages.apify, options.env);
    const relay = new EventRelay(packages.utilities);
    relay.serve(packages.apify.PlatformEventManager.prototype);
    return { announce: (event) => relay.announce(event), isInitialized: () => relay.wasHeard };
}

/** Leads the storages of every configuration to the host: of the global one, and of those that an Actor makes. */
function leadStorages({ apify, core, client }: SdkPackages, { client: host, push, api, env }: BridgeOptions): void {
    const { ApifyApiError, ApifyClient } = client;
    const isOfEngine = (storages: object): storages is ApiClient =>
        storages instanceof ApifyClient && api.hosts.includes(new URL(storages.baseUrl).hostname);
    const shorten = (storages: object): object => {
        if (isOfEngine(storages)) shortenStorages(storages, { client: host, push, ApifyApiError });
        return storages;
    };
    const { prototype } = core.Configuration;
    const { useStorageClient, getStorageClient } = prototype;
    prototype.useStorageClient = function (storages) {
        useStorageClient.call(this, shorten(storages));
    };
    let early: object | undefined;
    prototype.getStorageClient = function () {
        if (this.options.has('storageClient') || !apify.Actor.isAtHome()) return getStorageClient.call(this);
        // An Actor that uses storages before `init`, or without it, would write into the directory of the host. The SDK's
        // own client is of no use yet: it asks for prices that `init` finds out.
        early ??= shorten(new ApifyClient({ token: env.APIFY_TOKEN, baseUrl: API_BASE_URL }));
        return early;
    };
}

/** An Actor that uses Crawlee without the SDK gets what the SDK would have set. */
function joinCrawlee(core: CorePackage, { client, push, env }: BridgeOptions): Bridge {
    const relay = new EventRelay();
    class HostEvents extends core.EventManager {}
    relay.serve(HostEvents.prototype);
    const config = core.Configuration.getGlobalConfig();
    config.useStorageClient(directStorages({ client, push }));
    config.useEventManager(new HostEvents());
    config.set('defaultDatasetId', env.ACTOR_DEFAULT_DATASET_ID);
    config.set('defaultKeyValueStoreId', env.ACTOR_DEFAULT_KEY_VALUE_STORE_ID);
    config.set('defaultRequestQueueId', env.ACTOR_DEFAULT_REQUEST_QUEUE_ID);
    config.set('inputKey', env.ACTOR_INPUT_KEY);
    config.set('memoryMbytes', Number(env.ACTOR_MEMORY_MBYTES));
    config.set('availableMemoryRatio', 1);
    config.set('disableBrowserSandbox', true);
    return { announce: (event) => relay.announce(event), isInitialized: () => false };
}
