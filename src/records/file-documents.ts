import { JOB_STATUSES } from '../model/api/status.js';
import { DocumentCollection } from '../storage/document-collection.js';
import type { FileSystemContext } from '../storage/file/file-system-context.js';
import { isJsonObject, parseJson, reviveDates } from '../util/json/json.js';
import { createDocumentStore, type DocumentKind, type DocumentStore } from './document-store.js';

/** The type that a field must have for the document to be usable. */
type FieldType = 'string' | 'date' | 'status' | 'object' | 'array' | 'JSON array';

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
            'blueprint.directory': 'string',
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
    settings: { label: 'settings of a user', id: 'userId', fields: {} },
    tasks: { label: 'task', id: 'id', fields: { actId: 'string', name: 'string', createdAt: 'date', stats: 'object' } },
    users: { label: 'user', id: 'id', fields: { username: 'string', createdAt: 'date' } },
    webhooks: {
        label: 'webhook',
        id: 'webhook.id',
        fields: { 'webhook.createdAt': 'date', 'webhook.condition': 'object', 'webhook.eventTypes': 'array' },
    },
};

/**
 * Opens a document store in the files of a directory, one journal for each kind. A document that cannot be read is reported and left
 * unchanged; all others stay usable.
 *
 * @throws EngineError `storage-failed` if reading or writing fails.
 */
export function openFileDocuments(directory: string, disk: FileSystemContext): DocumentStore {
    return createDocumentStore(
        (kind) =>
            new DocumentCollection({
                location: { directory, name: kind },
                disk,
                label: SHAPES[kind].label,
                parse(id, document) {
                    reviveDates(document);
                    const problem = findSchemaViolation(kind, id, document);
                    if (problem !== undefined) throw new Error(problem);
                    return document as object;
                },
            }),
    );
}

/** Returns why a value is not a valid document with that id, as the end of a sentence; undefined if it is valid. */
function findSchemaViolation(kind: DocumentKind, id: string, document: unknown): string | undefined {
    const shape = SHAPES[kind];
    if (!isJsonObject(document)) return 'it is not a JSON object';
    if (getValue(document, shape.id) !== id) return `its \`${shape.id}\` is not the id of its line`;
    for (const [path, type] of Object.entries(shape.fields)) {
        if (!hasType(getValue(document, path), type)) return `its \`${path}\` is not a valid ${type}`;
    }
    return undefined;
}

function getValue(document: unknown, path: string): unknown {
    let value = document;
    for (const name of path.split('.')) {
        if (!isJsonObject(value) || !Object.hasOwn(value, name)) return undefined;
        value = value[name];
    }
    return value;
}

function hasType(value: unknown, type: FieldType): boolean {
    switch (type) {
        case 'string':
            return typeof value === 'string';
        case 'date':
            return value instanceof Date;
        case 'status':
            return (JOB_STATUSES as readonly unknown[]).includes(value);
        case 'object':
            return isJsonObject(value);
        case 'array':
            return Array.isArray(value);
        case 'JSON array':
            return typeof value === 'string' && Array.isArray(parseJson(value));
    }
}
