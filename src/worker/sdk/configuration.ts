import { currentContext, findContext } from './context.js';
import { log, LogLevel } from './logging/log.js';
import { PlatformEventManager } from './platform-event-manager.js';
import type { Client } from '../../model/client/client.js';

type ConfigurationValue = string | number | boolean;
type Kind = 'text' | 'number' | 'flag';

/**
 * Configuration keys with the environment variables that set them (the first non-empty one counts), their type and
 * their default value.
 */
const KEYS: Readonly<Record<string, { variables: readonly string[]; kind: Kind; defaultValue?: ConfigurationValue }>> =
    {
        ...crawleeKey('availableMemoryRatio', 'number', 0.25),
        ...crawleeKey('chromeExecutablePath', 'text'),
        ...crawleeKey('defaultBrowserPath', 'text'),
        ...crawleeKey('defaultDatasetId', 'text', 'default'),
        ...crawleeKey('defaultKeyValueStoreId', 'text', 'default'),
        ...crawleeKey('defaultRequestQueueId', 'text', 'default'),
        ...crawleeKey('disableBrowserSandbox', 'flag'),
        ...crawleeKey('headless', 'flag', true),
        ...crawleeKey('inputKey', 'text', 'INPUT'),
        ...crawleeKey('logLevel', 'text'),
        ...crawleeKey('memoryMbytes', 'number'),
        ...crawleeKey('persistStateIntervalMillis', 'number', 60_000),
        ...crawleeKey('persistStorage', 'flag', true),
        ...crawleeKey('purgeOnStart', 'flag', true),
        ...crawleeKey('xvfb', 'flag'),
        actorId: key('text', ['ACTOR_ID', 'APIFY_ACTOR_ID']),
        actorRunId: key('text', ['ACTOR_RUN_ID', 'APIFY_ACTOR_RUN_ID']),
        actorTaskId: key('text', ['ACTOR_TASK_ID', 'APIFY_ACTOR_TASK_ID']),
        actorEventsWsUrl: key('text', ['ACTOR_EVENTS_WEBSOCKET_URL', 'APIFY_ACTOR_EVENTS_WS_URL']),
        actorPermissionLevel: key('text', ['ACTOR_PERMISSION_LEVEL']),
        actorStoragesJson: key('text', ['ACTOR_STORAGES_JSON']),
        actorPricingInfo: key('text', ['APIFY_ACTOR_PRICING_INFO']),
        apiBaseUrl: key('text', ['APIFY_API_BASE_URL'], 'https://api.apify.com'),
        apiPublicBaseUrl: key('text', ['APIFY_API_PUBLIC_BASE_URL'], 'https://api.apify.com'),
        chargedEventCounts: key('text', ['APIFY_CHARGED_ACTOR_EVENT_COUNTS']),
        containerPort: key('number', ['ACTOR_WEB_SERVER_PORT', 'APIFY_CONTAINER_PORT'], 4321),
        containerUrl: key('text', ['ACTOR_WEB_SERVER_URL', 'APIFY_CONTAINER_URL'], 'http://localhost:4321'),
        inputSecretsPrivateKeyFile: key('text', ['APIFY_INPUT_SECRETS_PRIVATE_KEY_FILE']),
        inputSecretsPrivateKeyPassphrase: key('text', ['APIFY_INPUT_SECRETS_PRIVATE_KEY_PASSPHRASE']),
        isAtHome: key('flag', ['APIFY_IS_AT_HOME']),
        maxTotalChargeUsd: key('number', ['ACTOR_MAX_TOTAL_CHARGE_USD']),
        maxUsedCpuRatio: key('number', [], 0.95),
        metaOrigin: key('text', ['APIFY_META_ORIGIN']),
        metamorphAfterSleepMillis: key('number', ['APIFY_METAMORPH_AFTER_SLEEP_MILLIS'], 300_000),
        proxyHostname: key('text', ['APIFY_PROXY_HOSTNAME'], 'proxy.apify.com'),
        proxyPassword: key('text', ['APIFY_PROXY_PASSWORD']),
        proxyPort: key('number', ['APIFY_PROXY_PORT'], 8_000),
        proxyStatusUrl: key('text', ['APIFY_PROXY_STATUS_URL'], 'http://proxy.apify.com'),
        standbyPort: key('number', ['ACTOR_STANDBY_PORT'], 4321),
        standbyUrl: key('text', ['ACTOR_STANDBY_URL']),
        systemInfoIntervalMillis: key('number', [], 1_000),
        testPayPerEvent: key('flag', ['ACTOR_TEST_PAY_PER_EVENT'], false),
        token: key('text', ['APIFY_TOKEN']),
        useChargingLogDataset: key('flag', ['ACTOR_USE_CHARGING_LOG_DATASET'], false),
        userId: key('text', ['APIFY_USER_ID']),
        userIsPaying: key('text', ['APIFY_USER_IS_PAYING']),
    };

/** The configuration of each run, by its context: runs in one thread must not share it. */
const current = new WeakMap<object, Configuration>();
/** The configuration outside of a run. */
const OUTSIDE = {};

/** Makes a configuration the global one of the current run, as `init()` of an Actor with its own configuration does. */
export function setGlobalConfig(configuration: Configuration): void {
    current.set(findContext() ?? OUTSIDE, configuration);
}

/**
 * The settings of a run. As on the platform, environment variables take precedence over {@link Configuration.set}.
 * Source: the class `Configuration` of the platform's SDK.
 */
export class Configuration {
    readonly #values: Map<string, unknown>;
    #events: PlatformEventManager | undefined;

    /** @param values - Initial values by key, which count unless an environment variable sets them. */
    constructor(values: Record<string, unknown> = {}) {
        this.#values = new Map(Object.entries(values));
        const { logLevel } = values;
        if (logLevel !== undefined)
            log.setLevel(LogLevel[String(logLevel).toUpperCase() as 'INFO'] ?? Number(logLevel));
    }

    /** Returns the configuration of the run, which {@link Actor.config} returns too. */
    static getGlobalConfig(): Configuration {
        const run = findContext() ?? OUTSIDE;
        const known = current.get(run);
        if (known !== undefined) return known;
        const created = new Configuration();
        current.set(run, created);
        return created;
    }

    /** Forgets the global configuration: the next one has no values of its own. */
    static resetGlobalState(): void {
        current.delete(findContext() ?? OUTSIDE);
    }

    /** Sets a value of the global configuration. */
    static set(key: string, value?: unknown): void {
        Configuration.getGlobalConfig().set(key, value);
    }

    /** Returns {@link Configuration.getEventManager} of the global configuration. */
    static getEventManager(): PlatformEventManager {
        return Configuration.getGlobalConfig().getEventManager();
    }

    /** Returns {@link Configuration.getStorageClient} of the global configuration. */
    static getStorageClient(): Client {
        return Configuration.getGlobalConfig().getStorageClient();
    }

    /** Accepted for compatibility with the platform's SDK and ignored: the storages are always those of the run. */
    static useStorageClient(_client: object): void {}

    /**
     * Returns the value of a key: from the environment, else as set, else `defaultValue`, else the platform's default,
     * else undefined.
     */
    get(key: string, defaultValue?: unknown): unknown {
        const known = Object.hasOwn(KEYS, key) ? KEYS[key] : undefined;
        const env = findContext()?.env ?? process.env;
        const text = known?.variables.map((variable) => env[variable]).find((value) => value);
        if (known !== undefined && text !== undefined) return parse(known.kind, text);
        return this.#values.get(key) ?? defaultValue ?? known?.defaultValue;
    }

    /** Sets a value, which counts unless an environment variable sets it. */
    set(key: string, value?: unknown): void {
        this.#values.set(key, value);
    }

    /** Returns the manager of the run's events. */
    getEventManager(): PlatformEventManager {
        return (this.#events ??= new PlatformEventManager(this));
    }

    /** Returns the client of the engine that executes the run. */
    getStorageClient(): Client {
        return currentContext().client;
    }

    /** Accepted for compatibility with the platform's SDK and ignored: the storages are always those of the run. */
    useStorageClient(_client: object): void {}

    /** Accepted for compatibility with the platform's SDK and ignored: the events are always those of the run. */
    useEventManager(_events: object): void {}
}

function parse(kind: Kind, text: string): ConfigurationValue {
    if (kind === 'number') return Number(text);
    return kind === 'flag' ? !['0', 'false'].includes(text.toLowerCase()) : text;
}

function key(kind: Kind, variables: readonly string[], otherwise?: ConfigurationValue): (typeof KEYS)[string] {
    return otherwise === undefined ? { kind, variables } : { kind, variables, defaultValue: otherwise };
}

/** A setting of Crawlee, which the platform's SDK also reads from variables with its own prefixes. */
function crawleeKey(name: string, kind: Kind, defaultValue?: ConfigurationValue): typeof KEYS {
    const suffix = name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
    return {
        [name]: key(
            kind,
            ['ACTOR', 'APIFY', 'CRAWLEE'].map((prefix) => `${prefix}_${suffix}`),
            defaultValue,
        ),
    };
}
