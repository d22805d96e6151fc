import {
    checkCount,
    checkedLater,
    checkFields,
    checkFlag,
    checkOptions,
    checkString,
    checkText,
    checkWord,
    invalid,
    oneOf,
    type Check,
} from '../../util/check.js';
import { PAGE_OPTION_KEYS, recordList } from '../paging.js';
import { checkMaxItems, checkMaxTotalCharge, checkMemory } from '../../run/start/start-options.js';
import { withoutNull } from '../../util/json/without-undefined.js';
import { readActorName } from '../../actors/definition/actor-name.js';
import { accessError } from '../access.js';
import { checkRequired } from '../arguments.js';
import type { Actor, ActorStandby, DefaultRunOptions, ExampleRunInput } from '../../model/api/actor.js';
import type {
    ActorCollectionClient,
    ActorFields,
    ActorListItem,
    ClientActor,
    ActorUpdate,
} from '../../model/client/client.js';
import type { ClientContext } from '../services.js';

const LIST_KEYS = [...PAGE_OPTION_KEYS, 'my', 'sortBy'];

const checkPermissionLevel = oneOf(['LIMITED_PERMISSIONS', 'FULL_PERMISSIONS']);
const checkStrings: Check = (path, value) => {
    const isStrings = Array.isArray(value) && value.every((item) => typeof item === 'string');
    if (value !== undefined && !isStrings) throw invalid(path, value, 'an array of strings');
};

const RUN_DEFAULTS: Record<keyof DefaultRunOptions, Check> = {
    build: checkText,
    timeoutSecs: checkCount,
    memoryMbytes: checkMemory,
    restartOnError: checkFlag,
    maxItems: checkMaxItems,
    maxTotalChargeUsd: checkMaxTotalCharge,
    forcePermissionLevel: checkPermissionLevel,
};

const STANDBY: Record<keyof ActorStandby, Check> = {
    isEnabled: checkFlag,
    build: checkText,
    desiredRequestsPerActorRun: checkCount,
    disableStandbyFieldsOverride: checkFlag,
    idleTimeoutSecs: checkCount,
    maxRequestsPerActorRun: checkCount,
    memoryMbytes: checkCount,
    shouldPassActorInput: checkFlag,
};

/** Pricings and versions are validated where they are parsed. */
const FIELDS: Record<keyof ActorFields, Check> = {
    name: checkActorName,
    title: checkString,
    description: checkString,
    seoTitle: checkString,
    seoDescription: checkString,
    isPublic: checkFlag,
    isDeprecated: checkFlag,
    restartOnError: checkFlag,
    categories: checkStrings,
    exampleRunInput: checkExample,
    actorPermissionLevel: checkPermissionLevel,
    actorStandby: (path, value) => checkFields(path, value, STANDBY),
    defaultRunOptions: checkRunDefaults,
    versions: (path, value) => {
        if (value !== undefined && !Array.isArray(value)) throw invalid(path, value, 'an array of versions');
    },
    pricingInfos: checkedLater,
};

const TAG_FIELDS = ['buildId', 'buildNumber', 'buildNumberInt', 'finishedAt'];

/** Creates the client of all Actors of the user. */
export function createActorCollectionClient(context: ClientContext): ActorCollectionClient {
    return {
        list: (options = {}) => {
            const { my, sortBy, ...page } = options;
            checkOptions('options', options, LIST_KEYS);
            checkFlag('options.my', my);
            checkWord('options.sortBy', sortBy, ['createdAt', 'stats.lastRunStartedAt']);
            const getTime = sortBy === 'stats.lastRunStartedAt' ? getLastRunTime : getCreationTime;
            const load = (): Actor[] => {
                const { actors, principal } = context.services;
                const owned = actors.list().filter(({ userId }) => principal.owns(userId));
                return owned.toSorted((a, b) => getTime(a) - getTime(b));
            };
            return recordList(page, load, toListItem);
        },
        create: async (fields = {}) => {
            checkRequired('actor', fields);
            checkFields('actor', fields, FIELDS);
            const { actors, principal } = context.services;
            if (principal.user === undefined) throw accessError(principal, 'Actor');
            return actors.create(fields, principal.user) as ClientActor;
        },
    };
}

function getCreationTime({ createdAt }: Actor): number {
    return createdAt.getTime();
}

/** Actors without runs sort before all others. */
function getLastRunTime({ stats }: Actor): number {
    return stats.lastRunStartedAt?.getTime() ?? 0;
}

function toListItem({ id, name, username, title, createdAt, modifiedAt, stats }: Actor): ActorListItem {
    return { id, name, username, title, createdAt, modifiedAt, stats };
}

/** Validates the changes of an Actor. */
export function checkActorUpdate(fields: ActorUpdate): void {
    checkRequired('fields', fields);
    checkFields('fields', fields, { ...FIELDS, taggedBuilds: checkTags });
}

function checkTags(path: string, tags: unknown): void {
    if (tags === undefined) return;
    if (typeof tags !== 'object' || tags === null || Array.isArray(tags)) {
        throw invalid(path, tags, 'an object with `{ buildId }` or null for each tag');
    }
    for (const [tag, build] of Object.entries(tags) as [string, unknown][]) {
        if (build === null) continue;
        checkOptions(`${path}.${tag}`, build, TAG_FIELDS);
        const { buildId } = (build ?? {}) as Record<string, unknown>;
        if (tag !== '' && typeof buildId === 'string') continue;
        throw invalid(`${path}.${tag}.buildId`, buildId, 'the id of a build', 'Pass null to remove the tag.');
    }
}

/** Validates default run options. */
export function checkRunDefaults(path: string, value: unknown): void {
    checkFields(path, value, RUN_DEFAULTS);
}

function checkActorName(path: string, name: unknown): void {
    if (name === undefined || readActorName(`\`${path}\``, name).username === undefined) return;
    throw invalid(path, name, 'a name without an owner', 'An Actor cannot be transferred to another user.');
}

function checkExample(path: string, value: unknown): void {
    checkFields(path, value, { body: checkString, contentType: checkString });
    const { body, contentType } = withoutNull({ ...(value as Partial<ExampleRunInput> | null | undefined) });
    // The Python client sends an empty object for none.
    if (body === undefined && contentType === undefined) return;
    if (body === undefined) throw invalid(`${path}.body`, body, 'a string');
    if (contentType === undefined)
        throw invalid(`${path}.contentType`, contentType, "a content type such as 'application/json'");
}
