/** Value of an environment variable: numbers and dates are parsed, a missing variable is null. */
export type EnvValue = string | number | Date | null;

/**
 * The environment variables of a run by camelCase name, as returned by `Actor.getEnv()`. Source: `Actor.getEnv()` of
 * the platform's SDK.
 */
export interface ActorEnv {
    /** Id of the Actor. */
    actorId: string | null;
    /** Id of the run. */
    actorRunId: string | null;
    /** Id of the task that started the run; null if none did. */
    actorTaskId: string | null;
    /** Id of the build. */
    buildId: string | null;
    /** Number of the build. */
    buildNumber: string | null;
    /** Id of the run's default dataset. */
    defaultDatasetId: string | null;
    /** Id of the run's default key-value store. */
    defaultKeyValueStoreId: string | null;
    /** Id of the run's default request queue. */
    defaultRequestQueueId: string | null;
    /** Key of the input in the default key-value store. */
    inputKey: string | null;
    /** Memory limit of the run in megabytes. */
    memoryMbytes: number | null;
    /** Time at which the run started. */
    startedAt: Date | null;
    /** Time at which the run times out; null if it has no timeout. */
    timeoutAt: Date | null;
    /** API token of the run. */
    token: string | null;
    /** Id of the user who started the run. */
    userId: string | null;
    /** `'1'` inside a run. */
    isAtHome: string | null;
    /** Other variables of the platform. */
    [name: string]: EnvValue;
}

/** Variables that start with `APIFY_`. */
const APIFY_NAMES = `ACTOR_PRICING_INFO API_BASE_URL API_PUBLIC_BASE_URL CHARGED_ACTOR_EVENT_COUNTS
    CHROME_EXECUTABLE_PATH DEDICATED_CPUS DISABLE_OUTDATED_WARNING FACT HEADLESS INPUT_SECRETS_PRIVATE_KEY_FILE
    INPUT_SECRETS_PRIVATE_KEY_PASSPHRASE IS_AT_HOME LOCAL_STORAGE_DIR LOG_FORMAT LOG_LEVEL
    METAMORPH_AFTER_SLEEP_MILLIS META_ORIGIN PERSIST_STATE_INTERVAL_MILLIS PROXY_HOSTNAME PROXY_PASSWORD PROXY_PORT
    PROXY_STATUS_URL PURGE_ON_START SDK_LATEST_VERSION SYSTEM_INFO_INTERVAL_MILLIS TOKEN USER_ID USER_IS_PAYING
    USER_PRICING_TIER WORKFLOW_KEY XVFB CONTAINER_PORT CONTAINER_URL ACT_ID ACT_RUN_ID`;

/** Variables that start with `ACTOR_`. */
const ACTOR_NAMES = `BUILD_ID BUILD_NUMBER BUILD_TAGS DEFAULT_DATASET_ID DEFAULT_KEY_VALUE_STORE_ID
    DEFAULT_REQUEST_QUEUE_ID STORAGES_JSON EVENTS_WEBSOCKET_URL FULL_NAME ID INPUT_KEY MAX_PAID_DATASET_ITEMS
    MAX_TOTAL_CHARGE_USD MCP_CONNECTOR_BASE_URL MEMORY_MBYTES RESTART_ON_ERROR PERMISSION_LEVEL RUN_ID STANDBY_PORT
    STANDBY_URL STARTED_AT TASK_ID TIMEOUT_AT WEB_SERVER_PORT WEB_SERVER_URL`;

/** Names that are ambiguous without `ACTOR_`. */
const KEEP_PREFIX: ReadonlySet<string> = new Set(['ID', 'RUN_ID', 'TASK_ID']);

const NUMBERS: ReadonlySet<string> = new Set([
    'MAX_PAID_DATASET_ITEMS',
    'MEMORY_MBYTES',
    'STANDBY_PORT',
    'WEB_SERVER_PORT',
    'CONTAINER_PORT',
    'DEDICATED_CPUS',
    'METAMORPH_AFTER_SLEEP_MILLIS',
    'PERSIST_STATE_INTERVAL_MILLIS',
    'PROXY_PORT',
    'SYSTEM_INFO_INTERVAL_MILLIS',
]);

/** Parses the environment variables of a run. */
export function readEnv(env: Readonly<Record<string, string | undefined>>): ActorEnv {
    const values: Record<string, EnvValue> = {};
    for (const name of words(APIFY_NAMES)) values[camelCase(name)] = parse(name, env[`APIFY_${name}`]);
    for (const name of words(ACTOR_NAMES)) {
        values[camelCase(KEEP_PREFIX.has(name) ? `ACTOR_${name}` : name)] = parse(name, env[`ACTOR_${name}`]);
    }
    return values as ActorEnv;
}

function parse(name: string, text: string | undefined): EnvValue {
    if (text === undefined || text === '') return null;
    if (name.endsWith('_AT')) {
        const millis = Date.parse(text);
        return millis > 0 ? new Date(millis) : null;
    }
    if (!NUMBERS.has(name)) return text;
    const number = Number.parseInt(text, 10);
    return Number.isNaN(number) ? null : number;
}

function words(text: string): string[] {
    return text.split(/\s+/);
}

function camelCase(name: string): string {
    return name.toLowerCase().replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}
