import { checkFlag, checkOptions, checkWord, checkText, checkWhole, invalid } from '../../util/check.js';
import { offsetList, PAGE_OPTION_KEYS, pageOf } from '../paging.js';
import { checkChargeLimits } from '../../lifecycle/start-options.js';
import { checkMemory } from '../../lifecycle/start-options.js';
import { readActorName } from '../../registry/definition/actor-name.js';
import { withoutUndefined } from '../../util/without-undefined.js';
import { refusal } from '../access.js';
import { checkGiven } from '../arguments.js';
import type { Actor } from '../../model/actor.js';
import type {
    ActorCollectionClient,
    ActorFields,
    ActorListItem,
    ActorListOptions,
    ClientActor,
    ActorUpdate,
} from '../../model/client.js';
import type { PagedList } from '../../model/page.js';
import type { ClientContext } from '../services.js';

const LIST_KEYS = [...PAGE_OPTION_KEYS, 'my', 'sortBy'];

const TEXTS = ['title', 'description', 'seoTitle', 'seoDescription'] as const;

const FLAGS = ['isPublic', 'isDeprecated', 'restartOnError'] as const;

const FIELDS = [
    'name',
    ...TEXTS,
    ...FLAGS,
    'categories',
    'exampleRunInput',
    'actorPermissionLevel',
    'actorStandby',
    'defaultRunOptions',
    'versions',
    'pricingInfos',
];

const DEFAULT_RUN_OPTIONS = [
    'build',
    'timeoutSecs',
    'memoryMbytes',
    'restartOnError',
    'maxItems',
    'maxTotalChargeUsd',
    'forcePermissionLevel',
];

const PERMISSION_LEVELS = ['LIMITED_PERMISSIONS', 'FULL_PERMISSIONS'];

const STANDBY_COUNTS = ['desiredRequestsPerActorRun', 'maxRequestsPerActorRun', 'idleTimeoutSecs', 'memoryMbytes'];

const STANDBY_FLAGS = ['isEnabled', 'disableStandbyFieldsOverride', 'shouldPassActorInput'];

const TAG_FIELDS = ['buildId', 'buildNumber', 'buildNumberInt', 'finishedAt'];

/** All Actors of the engine. */
export class ActorCollectionResource implements ActorCollectionClient {
    readonly #context: ClientContext;

    constructor(context: ClientContext) {
        this.#context = context;
    }

    list(options: ActorListOptions = {}): PagedList<ActorListItem> {
        checkOptions('options', options, LIST_KEYS);
        checkFlag('options.my', options.my);
        checkWord('options.sortBy', options.sortBy, ['createdAt', 'stats.lastRunStartedAt']);
        const time = options.sortBy === 'stats.lastRunStartedAt' ? lastRunTime : createdTime;
        return offsetList(options, (bounds) => {
            const { actors, viewer } = this.#context.services;
            const own = actors.list().filter(({ userId }) => viewer.owns(userId));
            const sorted = own.toSorted((a, b) => time(a) - time(b));
            const page = pageOf(sorted, bounds, options.desc);
            return { ...page, items: page.items.map(toListItem) };
        });
    }

    async create(fields: ActorFields = {}): Promise<ClientActor> {
        checkActorFields('actor', fields);
        const { actors, viewer } = this.#context.services;
        if (viewer.user === undefined) throw refusal(viewer, 'Actor');
        return actors.create(fields, viewer.user) as ClientActor;
    }
}

function createdTime({ createdAt }: Actor): number {
    return createdAt.getTime();
}

/** Actors without a run count as run before all others. */
function lastRunTime({ stats }: Actor): number {
    return stats.lastRunStartedAt?.getTime() ?? 0;
}

function toListItem({ id, name, username, title, createdAt, modifiedAt, stats }: Actor): ActorListItem {
    return { id, name, username, title, createdAt, modifiedAt, stats };
}

/** Fields that may be anything, as they come from outside; what is null is as if it were left out. */
type Given = Readonly<Record<string, unknown>>;

/** Checks what an owner wants an Actor to be; its versions and pricings are checked where they are read. */
function checkActorFields(path: string, fields: ActorFields, known: readonly string[] = FIELDS): void {
    checkGiven(path, fields);
    checkOptions(path, fields, known);
    const given: Given = withoutNull(fields);
    const { name, categories, versions } = given;
    if (name !== undefined && readActorName(`\`${path}.name\``, name).username !== undefined) {
        throw invalid(`${path}.name`, name, 'a name without an owner', 'An Actor cannot change hands.');
    }
    for (const key of TEXTS) checkString(`${path}.${key}`, given[key]);
    for (const key of FLAGS) checkFlag(`${path}.${key}`, given[key]);
    if (categories !== undefined && !isTexts(categories))
        throw invalid(`${path}.categories`, categories, 'an array of texts');
    if (versions !== undefined && !Array.isArray(versions))
        throw invalid(`${path}.versions`, versions, 'an array of versions');
    checkWord(`${path}.actorPermissionLevel`, given['actorPermissionLevel'], PERMISSION_LEVELS);
    checkRunDefaults(`${path}.defaultRunOptions`, given['defaultRunOptions']);
    checkStandby(`${path}.actorStandby`, given['actorStandby']);
    checkExample(`${path}.exampleRunInput`, given['exampleRunInput']);
}

/** Checks what an owner wants to change of an Actor. */
export function checkActorUpdate(fields: ActorUpdate): void {
    checkActorFields('fields', fields, [...FIELDS, 'taggedBuilds']);
    const tags: unknown = fields.taggedBuilds ?? undefined;
    if (tags === undefined) return;
    if (typeof tags !== 'object' || Array.isArray(tags)) {
        throw invalid('fields.taggedBuilds', tags, 'an object with a { buildId } or null for each tag');
    }
    for (const [tag, build] of Object.entries(tags as object) as [string, unknown][]) {
        if (build === null) continue;
        const path = `fields.taggedBuilds.${tag}`;
        checkOptions(path, build, TAG_FIELDS);
        const { buildId } = (build ?? {}) as Given;
        if (tag === '' || typeof buildId !== 'string') {
            throw invalid(`${path}.buildId`, buildId, 'the id of a build', 'Null takes the tag away.');
        }
    }
}

/**
 * Checks options that are kept for runs whose caller names none.
 *
 * @param known - The names that there may be.
 */
export function checkRunDefaults(path: string, value: unknown, known: readonly string[] = DEFAULT_RUN_OPTIONS): void {
    checkOptions(path, value, known);
    const options: Given = withoutNull(value ?? {});
    checkText(`${path}.build`, options['build']);
    checkMemory(options['memoryMbytes'], `${path}.memoryMbytes`);
    checkWhole(`${path}.timeoutSecs`, options['timeoutSecs'], 0);
    checkChargeLimits(path, options);
    checkFlag(`${path}.restartOnError`, options['restartOnError']);
    checkWord(`${path}.forcePermissionLevel`, options['forcePermissionLevel'], PERMISSION_LEVELS);
}

function checkStandby(path: string, value: unknown): void {
    checkOptions(path, value, [...STANDBY_COUNTS, ...STANDBY_FLAGS, 'build']);
    const standby: Given = withoutNull(value ?? {});
    for (const key of STANDBY_COUNTS) checkWhole(`${path}.${key}`, standby[key], 0);
    for (const key of STANDBY_FLAGS) checkFlag(`${path}.${key}`, standby[key]);
    checkText(`${path}.build`, standby['build']);
}

function checkExample(path: string, value: unknown): void {
    if (value === undefined) return;
    checkOptions(path, value, ['body', 'contentType']);
    const { body, contentType } = withoutNull(value as object);
    // Clients in Python send an empty one for none.
    if (body === undefined && contentType === undefined) return;
    if (typeof body !== 'string') throw invalid(`${path}.body`, body, 'a text');
    if (typeof contentType !== 'string')
        throw invalid(`${path}.contentType`, contentType, "a type like 'application/json'");
}

function withoutNull(fields: object): Given {
    const given = Object.entries(fields).map(([name, value]) => [name, (value as unknown) ?? undefined]);
    return withoutUndefined(Object.fromEntries(given) as Record<string, unknown>);
}

function isTexts(value: unknown): boolean {
    return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

/** A text, maybe empty, or undefined. */
export function checkString(path: string, value: unknown): void {
    if (value !== undefined && typeof value !== 'string') throw invalid(path, value, 'a text');
}
