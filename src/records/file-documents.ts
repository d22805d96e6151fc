import { JOB_STATUSES } from '../model/api/status.js';
import { DocumentCollection } from '../storage/document-collection.js';
import type { FileSystemContext } from '../storage/file/file-system-context.js';
import { isJsonObject, parseJson, reviveDates } from '../util/json/json.js';
import { createDocumentStore, type DocumentKind, type DocumentStore } from './document-store.js';

/** The type that a field must have for the document to be usable. */
type FieldKind = 'text' | 'time' | 'status' | 'object' | 'list' | 'list as text';

type Shape = Readonly<Record<string, FieldKind>>;

interface DocumentShape {
    /** The word for one in messages. */
    readonly label: string;
    /** Where its id is. */
    readonly id: string;
    /** By path, with a dot between the names. */
    readonly fields: Shape;
}

const SHAPES: Readonly<Record<DocumentKind, DocumentShape>> = {
    actors: {
        label: 'Actor',
        id: 'id',
        fields: {
            name: 'text',
            username: 'text',
            createdAt: 'time',
            modifiedAt: 'time',
            stats: 'object',
            versions: 'list',
            defaultRunOptions: 'object',
            taggedBuilds: 'object',
        },
    },
    builds: {
        label: 'build',
        id: 'build.id',
        fields: {
            'build.actId': 'text',
            'build.buildNumber': 'text',
            'build.status': 'status',
            'build.startedAt': 'time',
            'blueprint.name': 'text',
            'blueprint.directory': 'text',
        },
    },
    dispatches: {
        label: 'dispatch of a webhook',
        id: 'dispatch.id',
        fields: { 'dispatch.webhookId': 'text', 'dispatch.status': 'text', 'dispatch.createdAt': 'time' },
    },
    runs: {
        label: 'run',
        id: 'run.id',
        fields: {
            'run.actId': 'text',
            'run.status': 'status',
            'run.startedAt': 'time',
            'run.meta': 'object',
            'run.stats': 'object',
            'run.options': 'object',
            'run.storageIds': 'object',
            'run.defaultDatasetId': 'text',
            'run.defaultKeyValueStoreId': 'text',
            'run.defaultRequestQueueId': 'text',
        },
    },
    schedules: {
        label: 'schedule',
        id: 'schedule.id',
        fields: {
            'schedule.name': 'text',
            'schedule.cronExpression': 'text',
            'schedule.createdAt': 'time',
            actionsJson: 'list as text',
            log: 'list',
        },
    },
    'secret-keys': {
        label: 'pair of keys for secret input',
        id: 'userId',
        fields: { publicKey: 'text', privateKey: 'text', passphrase: 'text' },
    },
    settings: { label: 'settings of a user', id: 'userId', fields: {} },
    tasks: { label: 'task', id: 'id', fields: { actId: 'text', name: 'text', createdAt: 'time', stats: 'object' } },
    users: { label: 'user', id: 'id', fields: { username: 'text', createdAt: 'time' } },
    webhooks: {
        label: 'webhook',
        id: 'webhook.id',
        fields: { 'webhook.createdAt': 'time', 'webhook.condition': 'object', 'webhook.eventTypes': 'list' },
    },
};

/**
 * Opens documents in files of a directory, a journal for each kind. One that cannot be read is reported and left as it is; the
 * others do not suffer from it.
 *
 * @throws EngineError `storage-failed` when the disk refuses.
 */
export function openFileDocuments(directory: string, disk: FileSystemContext): DocumentStore {
    return createDocumentStore(
        (kind) =>
            new DocumentCollection({
                // Other users of the machine must not read the keys and tokens.
                location: { directory, name: kind, isPrivate: kind === 'secret-keys' || kind === 'users' },
                disk,
                label: SHAPES[kind].label,
                parse(id, document) {
                    reviveDates(document);
                    const problem = findMisshape(kind, id, document);
                    if (problem !== undefined) throw new Error(problem);
                    return document as object;
                },
            }),
    );
}

/** Returns why a value cannot be the document of that id, as the end of a sentence; undefined if it can. */
function findMisshape(kind: DocumentKind, id: string, document: unknown): string | undefined {
    const shape = SHAPES[kind];
    if (!isJsonObject(document)) return 'it is no JSON object';
    if (at(document, shape.id) !== id) return `its \`${shape.id}\` is not the id of its line`;
    for (const [path, kindOfField] of Object.entries(shape.fields)) {
        if (!isOfKind(at(document, path), kindOfField)) return `its \`${path}\` is no ${kindOfField}`;
    }
    return undefined;
}

function at(document: unknown, path: string): unknown {
    let value = document;
    for (const name of path.split('.')) {
        if (!isJsonObject(value) || !Object.hasOwn(value, name)) return undefined;
        value = value[name];
    }
    return value;
}

function isOfKind(value: unknown, kind: FieldKind): boolean {
    switch (kind) {
        case 'text':
            return typeof value === 'string';
        case 'time':
            return value instanceof Date;
        case 'status':
            return (JOB_STATUSES as readonly unknown[]).includes(value);
        case 'object':
            return isJsonObject(value);
        case 'list':
            return Array.isArray(value);
        case 'list as text':
            return typeof value === 'string' && Array.isArray(parseJson(value));
    }
}
