import { findContext } from './context.js';

type ConfigurationValue = string | number | boolean;
type Kind = 'text' | 'number' | 'flag';

/**
 * Configuration keys with the environment variables that set them (the first non-empty one counts), their type and
 * their default value.
 */
const KEYS: Readonly<Record<string, { variables: readonly string[]; kind: Kind; defaultValue?: ConfigurationValue }>> =
    {
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
        defaultDatasetId: key('text', ['ACTOR_DEFAULT_DATASET_ID', 'APIFY_DEFAULT_DATASET_ID'], 'default'),
        defaultKeyValueStoreId: key(
            'text',
            ['ACTOR_DEFAULT_KEY_VALUE_STORE_ID', 'APIFY_DEFAULT_KEY_VALUE_STORE_ID'],
            'default',
        ),
        defaultRequestQueueId: key(
            'text',
            ['ACTOR_DEFAULT_REQUEST_QUEUE_ID', 'APIFY_DEFAULT_REQUEST_QUEUE_ID'],
            'default',
        ),
        headless: key('flag', ['APIFY_HEADLESS'], true),
        inputKey: key('text', ['ACTOR_INPUT_KEY', 'APIFY_INPUT_KEY'], 'INPUT'),
        isAtHome: key('flag', ['APIFY_IS_AT_HOME']),
        maxTotalChargeUsd: key('number', ['ACTOR_MAX_TOTAL_CHARGE_USD']),
        memoryMbytes: key('number', ['ACTOR_MEMORY_MBYTES', 'APIFY_MEMORY_MBYTES']),
        metaOrigin: key('text', ['APIFY_META_ORIGIN']),
        metamorphAfterSleepMillis: key('number', ['APIFY_METAMORPH_AFTER_SLEEP_MILLIS'], 300_000),
        persistStateIntervalMillis: key('number', ['APIFY_PERSIST_STATE_INTERVAL_MILLIS'], 60_000),
        proxyHostname: key('text', ['APIFY_PROXY_HOSTNAME'], 'proxy.apify.com'),
        proxyPassword: key('text', ['APIFY_PROXY_PASSWORD']),
        proxyPort: key('number', ['APIFY_PROXY_PORT'], 8_000),
        proxyStatusUrl: key('text', ['APIFY_PROXY_STATUS_URL'], 'http://proxy.apify.com'),
        standbyPort: key('number', ['ACTOR_STANDBY_PORT'], 4321),
        standbyUrl: key('text', ['ACTOR_STANDBY_URL']),
        token: key('text', ['APIFY_TOKEN']),
        userId: key('text', ['APIFY_USER_ID']),
        userIsPaying: key('text', ['APIFY_USER_IS_PAYING']),
    };

/**
 * The settings of a run. As on the platform, environment variables take precedence over {@link Configuration.set}.
 * Source: the class `Configuration` of the platform's SDK.
 */
export class Configuration {
    static #global: Configuration | undefined;
    readonly #values: Map<string, unknown>;

    /** @param values - Initial values by key, which count unless an environment variable sets them. */
    constructor(values: Record<string, unknown> = {}) {
        this.#values = new Map(Object.entries(values));
    }

    /** Returns the configuration that {@link Actor.config} returns. */
    static getGlobalConfig(): Configuration {
        return (Configuration.#global ??= new Configuration());
    }

    /** Sets a value of the global configuration. */
    static set(key: string, value: unknown): void {
        Configuration.getGlobalConfig().set(key, value);
    }

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
    set(key: string, value: unknown): void {
        this.#values.set(key, value);
    }
}

function parse(kind: Kind, text: string): ConfigurationValue {
    if (kind === 'number') return Number(text);
    return kind === 'flag' ? !['0', 'false'].includes(text.toLowerCase()) : text;
}

function key(kind: Kind, variables: readonly string[], otherwise?: ConfigurationValue): (typeof KEYS)[string] {
    return otherwise === undefined ? { kind, variables } : { kind, variables, defaultValue: otherwise };
}
