import { JOB_STATUSES } from '../model/api/status.js';
import { isStorageId } from '../storage/names.js';
import { isJsonObject, parseJson, reviveDates } from '../util/json/json.js';
import type { DocumentKind } from './document-store.js';

/** The type that a field must have for the document to be usable. */
type FieldType = RequiredType | `optional ${RequiredType}`;
type RequiredType = 'string' | 'number' | 'path' | 'date' | 'status' | 'object' | 'array' | 'JSON' | 'JSON array';

interface DocumentShape {
    /** The name of such a document in messages. */
    readonly label: string;
    /** Path of its id, with dots between the names. */
    readonly id: string;
    /** Required fields by path. */
    readonly fields: Readonly<Record<string, FieldType>>;
}

const SHAPES: Readonly<Record<DocumentKind, DocumentShape>> = {
    actors: {
        label: 'Actor',
        id: 'id',
        fields: {
            name: 'string',
            username: 'string',
            createdAt: 'date',
            modifiedAt: 'date',
            stats: 'object',
            versions: 'array',
            'versions.*.versionNumber': 'string',
            'versions.*.envVars': 'array',
            'versions.*.envVars.*.name': 'string',
            'versions.*.sourceFiles': 'array',
            'versions.*.sourceFiles.*.name': 'string',
            defaultRunOptions: 'object',
            taggedBuilds: 'object',
        },
    },
    builds: {
        label: 'build',
        id: 'build.id',
        fields: {
            'build.actId': 'string',
            'build.buildNumber': 'string',
            'build.status': 'status',
            'build.startedAt': 'date',
            'blueprint.name': 'string',
            'blueprint.directory': 'path',
            'blueprint.entryFile': 'optional path',
        },
    },
    dispatches: {
        label: 'dispatch of a webhook',
        id: 'dispatch.id',
        fields: { 'dispatch.webhookId': 'string', 'dispatch.status': 'string', 'dispatch.createdAt': 'date' },
    },
    runs: {
        label: 'run',
        id: 'run.id',
        fields: {
            'run.actId': 'string',
            'run.status': 'status',
            'run.startedAt': 'date',
            'run.meta': 'object',
            'run.stats': 'object',
            'run.options': 'object',
            'run.buildNumber': 'string',
            'run.usageTotalUsd': 'number',
            'run.chargedEventCounts': 'optional object',
            'run.storageIds': 'object',
            'run.defaultDatasetId': 'string',
            'run.defaultKeyValueStoreId': 'string',
            'run.defaultRequestQueueId': 'string',
        },
    },
    schedules: {
        label: 'schedule',
        id: 'schedule.id',
        fields: {
            'schedule.name': 'string',
            'schedule.cronExpression': 'string',
            'schedule.createdAt': 'date',
            actionsJson: 'JSON array',
            log: 'array',
        },
    },
    'secret-keys': {
        label: 'pair of keys for secret input',
        id: 'userId',
        fields: { publicKey: 'string', privateKey: 'string', passphrase: 'string' },
    },
    settings: { label: 'settings of a user', id: 'userId', fields: { secret: 'optional string' } },
    tasks: {
        label: 'task',
        id: 'id',
        fields: { actId: 'string', name: 'string', createdAt: 'date', stats: 'object', inputJson: 'optional JSON' },
    },
    users: { label: 'user', id: 'id', fields: { username: 'string', createdAt: 'date' } },
    webhooks: {
        label: 'webhook',
        id: 'webhook.id',
        fields: { 'webhook.createdAt': 'date', 'webhook.condition': 'object', 'webhook.eventTypes': 'array' },
    },
};

/** Returns the noun for a document of a kind in messages. */
export function documentLabel(kind: DocumentKind): string {
    return SHAPES[kind].label;
}

/** Returns a parsed document with its dates. Throws an error that says why the value is not a usable document of that id. */
export function parseDocument(kind: DocumentKind, id: string, value: unknown): object {
    reviveDates(value);
    const problem = findSchemaViolation(kind, id, value);
    if (problem !== undefined) throw new Error(problem);
    return value as object;
}

/** Returns why a value is not a valid document with that id, as the end of a sentence; undefined if it is valid. */
function findSchemaViolation(kind: DocumentKind, id: string, document: unknown): string | undefined {
    const shape = SHAPES[kind];
    if (!isJsonObject(document)) return 'it is not a JSON object';
    // Ids become names of files.
    if (!isStorageId(id)) return 'its id is not valid';
    const [ownId] = getValues(document, shape.id.split('.'));
    if (ownId !== id) return `its \`${shape.id}\` is not the id of its line`;
    for (const [path, type] of Object.entries(shape.fields)) {
        const isValid = getValues(document, path.split('.')).every((value) => hasType(value, type));
        if (!isValid) return `its \`${path}\` is not a valid ${type}`;
    }
    return undefined;
}

/** Returns the value at a path: undefined if it is missing, several or none if `*` stands for all entries of an array. */
function getValues(value: unknown, [name, ...rest]: readonly string[]): unknown[] {
    if (name === undefined) return [value];
    if (name === '*') return Array.isArray(value) ? value.flatMap((entry) => getValues(entry, rest)) : [];
    return getValues(isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined, rest);
}

function hasType(value: unknown, type: FieldType): boolean {
    const required = type.replace('optional ', '') as RequiredType;
    return value === undefined ? required !== type : TYPE_TESTS[required](value);
}

const TYPE_TESTS: Readonly<Record<RequiredType, (value: unknown) => boolean>> = {
    string: (value) => typeof value === 'string',
    number: Number.isFinite,
    path: (value) => typeof value === 'string' && !value.split(/[/\\]/).includes('..'),
    date: (value) => value instanceof Date,
    status: (value) => (JOB_STATUSES as readonly unknown[]).includes(value),
    object: isJsonObject,
    array: Array.isArray,
    JSON: (value) => typeof value === 'string' && parseJson(value) !== undefined,
    'JSON array': (value) => typeof value === 'string' && Array.isArray(parseJson(value)),
};
