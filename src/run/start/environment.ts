import type { RunLogWriter, RunTarget } from '../interfaces.js';
import type { UsageMeter } from '../billing/usage-meter.js';
import type { RunDocument, RunInput } from '../../model/api/run-document.js';
import { USER_PRICING_TIER } from '../../model/api/pricing.js';
import { ACTOR_API_BASE_URL, API_BASE_URL } from '../../protocol/api.js';
import { readSystemVariables } from '../../util/system-variables.js';

/** The current state of a run that is about to execute. */
export interface RunToExecute {
    readonly document: RunDocument;
    readonly target: RunTarget;
    readonly log: RunLogWriter;
    readonly meter: UsageMeter;
    /** The deadline, if the run has one. */
    readonly timeoutAt: Date | undefined;
    /** The input, if it was just stored. */
    readonly input: RunInput | undefined;
}

const MEMORY_MBYTES_PER_CORE = 4096;

/** Names of the same variables in older SDKs. */
const ALIASES: readonly (readonly [alias: string, name: string])[] = [
    ['APIFY_ACTOR_ID', 'ACTOR_ID'],
    ['APIFY_ACT_ID', 'ACTOR_ID'],
    ['APIFY_ACTOR_RUN_ID', 'ACTOR_RUN_ID'],
    ['APIFY_ACT_RUN_ID', 'ACTOR_RUN_ID'],
    ['APIFY_ACTOR_TASK_ID', 'ACTOR_TASK_ID'],
    ['APIFY_ACTOR_BUILD_ID', 'ACTOR_BUILD_ID'],
    ['APIFY_ACTOR_BUILD_NUMBER', 'ACTOR_BUILD_NUMBER'],
    ['APIFY_DEFAULT_DATASET_ID', 'ACTOR_DEFAULT_DATASET_ID'],
    ['APIFY_DEFAULT_KEY_VALUE_STORE_ID', 'ACTOR_DEFAULT_KEY_VALUE_STORE_ID'],
    ['APIFY_DEFAULT_REQUEST_QUEUE_ID', 'ACTOR_DEFAULT_REQUEST_QUEUE_ID'],
    ['APIFY_INPUT_KEY', 'ACTOR_INPUT_KEY'],
    ['APIFY_MEMORY_MBYTES', 'ACTOR_MEMORY_MBYTES'],
    ['APIFY_STARTED_AT', 'ACTOR_STARTED_AT'],
    ['APIFY_TIMEOUT_AT', 'ACTOR_TIMEOUT_AT'],
    ['APIFY_CONTAINER_PORT', 'ACTOR_WEB_SERVER_PORT'],
    ['APIFY_CONTAINER_URL', 'ACTOR_WEB_SERVER_URL'],
];

/**
 * Creates the complete environment of a run. It does not inherit the host's environment. Options of the run override those of
 * the build, which override those of the engine; none of them overrides the platform's own variables, except
 * `APIFY_META_ORIGIN`.
 *
 * @param env - Variables from the engine's options.
 * @param publicUrl - The URL of the engine for external clients, if it listens.
 *
 * Source: "Environment variables" in the platform's docs.
 */
export function createEnvironment(
    { document, target, timeoutAt }: RunToExecute,
    env: Readonly<Record<string, string>>,
    token: string,
    publicUrl: string = API_BASE_URL,
): Record<string, string> {
    const { run } = document;
    const { actor, build } = target;
    const port = run.containerUrl.slice(run.containerUrl.lastIndexOf(':') + 1);
    // Not by a spread of the first object, which would make the result much slower to create.
    const system = readSystemVariables(process.env);
    const variables = Object.assign(system, { NODE_ENV: 'production' }, env, target.envVars, document.env);
    const tags = Object.keys(actor.taggedBuilds).filter((tag) => actor.taggedBuilds[tag]!.buildId === build.id);
    const platform: Record<string, string | number | undefined> = {
        NO_PROXY: '127.0.0.1,localhost,greenroom.invalid',
        ACTOR_ID: actor.id,
        ACTOR_FULL_NAME: `${actor.username}/${actor.name}`,
        ACTOR_RUN_ID: run.id,
        ACTOR_TASK_ID: run.actorTaskId ?? '',
        ACTOR_BUILD_ID: build.id,
        ACTOR_BUILD_NUMBER: build.buildNumber,
        ACTOR_BUILD_TAGS: tags.join(','),
        ACTOR_DEFAULT_DATASET_ID: run.defaultDatasetId,
        ACTOR_DEFAULT_KEY_VALUE_STORE_ID: run.defaultKeyValueStoreId,
        ACTOR_DEFAULT_REQUEST_QUEUE_ID: run.defaultRequestQueueId,
        ACTOR_STORAGES_JSON: JSON.stringify(run.storageIds),
        ACTOR_INPUT_KEY: document.inputKey,
        ACTOR_MEMORY_MBYTES: run.options.memoryMbytes,
        ACTOR_PERMISSION_LEVEL: actor.actorPermissionLevel,
        ACTOR_STARTED_AT: run.startedAt.toISOString(),
        ACTOR_TIMEOUT_AT: timeoutAt?.toISOString(),
        ACTOR_MAX_PAID_DATASET_ITEMS: run.options.maxItems,
        ACTOR_MAX_TOTAL_CHARGE_USD: run.options.maxTotalChargeUsd,
        ACTOR_RESTART_ON_ERROR: run.options.restartOnError === true ? '1' : undefined,
        ACTOR_WEB_SERVER_PORT: port,
        ACTOR_WEB_SERVER_URL: run.containerUrl,
        ACTOR_STANDBY_PORT: port,
        ACTOR_STANDBY_URL: run.containerUrl,
        APIFY_IS_AT_HOME: '1',
        APIFY_USER_ID: run.userId,
        APIFY_USER_IS_PAYING: '1',
        APIFY_API_BASE_URL: ACTOR_API_BASE_URL,
        // The run itself needs no socket; external clients that receive a public URL do.
        APIFY_API_PUBLIC_BASE_URL: publicUrl,
        APIFY_TOKEN: token,
        // Lets a test run the branch of a Server Actor.
        APIFY_META_ORIGIN: variables['APIFY_META_ORIGIN'] || run.meta.origin,
        APIFY_DEDICATED_CPUS: run.options.memoryMbytes / MEMORY_MBYTES_PER_CORE,
        APIFY_HEADLESS: '1',
        APIFY_USER_PRICING_TIER: USER_PRICING_TIER,
        // The SDK requests the run unless both are set. An Actor without pricing is free.
        APIFY_ACTOR_PRICING_INFO: JSON.stringify(run.pricingInfo ?? { pricingModel: 'FREE' }),
        APIFY_CHARGED_ACTOR_EVENT_COUNTS: JSON.stringify(run.chargedEventCounts ?? {}),
    };
    for (const [alias, name] of ALIASES) platform[alias] = platform[name];
    for (const [name, value] of Object.entries(platform)) if (value !== undefined) variables[name] = String(value);
    return variables;
}
