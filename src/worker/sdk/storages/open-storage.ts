import { EngineError } from '../../../errors/engine-error.js';
import { invalid, didYouMean } from '../../../util/check.js';
import type { RunServices } from '../run-services.js';

/** Identifies a storage: by id or name, explicitly by one of them, or by the alias of one of the run's own storages. */
export type StorageIdentifier = string | { id: string } | { name: string } | { alias: string };

/** The storages that a run has opened, so that each is opened once. */
export type OpenStorages = Map<string, Promise<unknown>>;

/**
 * By kind, as in `ACTOR_STORAGES_JSON`: the client's method for a single storage, and the variable with the id of the
 * run's default one.
 */
const KINDS = {
    datasets: ['dataset', 'ACTOR_DEFAULT_DATASET_ID'],
    keyValueStores: ['keyValueStore', 'ACTOR_DEFAULT_KEY_VALUE_STORE_ID'],
    requestQueues: ['requestQueue', 'ACTOR_DEFAULT_REQUEST_QUEUE_ID'],
} as const;

/** The parts of a run that storages are opened with. */
export interface StorageContext extends RunServices {
    readonly storages: OpenStorages;
}

/** The steps that differ between the three kinds of storages. */
export interface StorageType<Context extends StorageContext, Info extends { id: string; name?: string }, Storage> {
    kind: keyof typeof KINDS;
    /** Creates the storage. `info` may be missing for the run's default one. */
    create(context: Context, id: string, info?: Info): Storage;
    /** True if the metadata is required even for the run's default storage. */
    needsInfo: boolean;
}

/**
 * Opens a storage; without an identifier, the run's default one. A name that does not exist creates a storage.
 *
 * @throws {@link EngineError} `record-not-found` for an unknown id or alias.
 */
export async function openStorage<Context extends StorageContext, Info extends { id: string; name?: string }, Storage>(
    context: Context,
    identifier: StorageIdentifier | null | undefined,
    type: StorageType<Context, Info, Storage>,
): Promise<Storage> {
    const { client, env } = context;
    const { kind } = type;
    const [method, variable] = KINDS[kind];
    const defaultId = env[variable];
    const local = findLocalAlias(context, identifier);
    if (local !== undefined) return openLocal(context, local, type);
    const { idOrName, mayCreate } = resolveIdentifier(context, identifier ?? defaultId ?? 'default', kind);
    const key = `${kind} ${idOrName}`;
    const storage = (context.storages.get(key) as Promise<Storage> | undefined) ?? load();
    context.storages.set(key, storage);
    return storage;

    async function load(): Promise<Storage> {
        try {
            if (idOrName === defaultId && !type.needsInfo) return type.create(context, idOrName);
            const found = await client[method](idOrName).get();
            const info = (found ?? (mayCreate ? await client[kind]().getOrCreate(idOrName) : undefined)) as
                | Info
                | undefined;
            if (info === undefined) throw notFound(idOrName, kind);
            const storage = type.create(context, info.id, info);
            // Opening it by its other identifier must return the same object.
            const known = [info.id, info.name].filter((name) => name && name !== idOrName);
            for (const name of known) context.storages.set(`${kind} ${name}`, Promise.resolve(storage));
            return storage;
        } catch (error) {
            context.storages.delete(key);
            throw error;
        }
    }
}

/** Returns the alias of an identifier if the Actor acts as on a developer's machine, where no storage has one. */
function findLocalAlias({ env }: StorageContext, identifier: StorageIdentifier | null | undefined): string | undefined {
    if (env.APIFY_IS_AT_HOME || typeof identifier !== 'object' || identifier === null) return undefined;
    return 'alias' in identifier ? identifier.alias : undefined;
}

/**
 * Opens a storage of this run by an alias that is not declared. Like on a developer's machine, its name in the run is
 * the alias, and it is empty at first.
 */
async function openLocal<Context extends StorageContext, Info extends { id: string; name?: string }, Storage>(
    context: Context,
    alias: string,
    { kind, create }: StorageType<Context, Info, Storage>,
): Promise<Storage> {
    const key = `${kind} ${alias}`;
    const known = context.storages.get(key) as Promise<Storage> | undefined;
    if (known !== undefined) return known;
    const created = context.client[kind]()
        .getOrCreate()
        .then((info) => create(context, info.id, info as unknown as Info));
    context.storages.set(key, created);
    created.catch(() => context.storages.delete(key));
    return created;
}

/** Forgets a deleted storage, so that it is opened again by its next use. */
export function closeStorage(context: StorageContext, kind: string, id: string, name?: string): void {
    context.storages.delete(`${kind} ${id}`);
    if (name !== undefined) context.storages.delete(`${kind} ${name}`);
}

function resolveIdentifier(
    context: StorageContext,
    identifier: StorageIdentifier,
    kind: string,
): { idOrName: string; mayCreate: boolean } {
    if (typeof identifier === 'string' && identifier !== '') return { idOrName: identifier, mayCreate: true };
    if (typeof identifier !== 'object') throw invalid('idOrName', identifier, 'the id or name of a storage, or null');
    if ('id' in identifier) return { idOrName: identifier.id, mayCreate: false };
    if ('name' in identifier) return { idOrName: identifier.name, mayCreate: true };
    return { idOrName: resolveAlias(context, kind, identifier.alias), mayCreate: false };
}

function resolveAlias(context: StorageContext, kind: string, alias: string): string {
    const all = JSON.parse(context.env.ACTOR_STORAGES_JSON || '{}') as Record<string, Record<string, string>>;
    const ids = all[kind] ?? {};
    if (Object.hasOwn(ids, alias)) return ids[alias]!;
    const known = Object.keys(ids);
    throw new EngineError(
        'record-not-found',
        `The run has no storage with the alias \`${alias}\` among its ${kind}.${didYouMean(alias, known)} ` +
            `Known aliases: ${known.join(', ') || 'none'}.`,
    );
}

function notFound(id: string, kind: string): EngineError {
    return new EngineError(
        'record-not-found',
        `No storage among the ${kind} has the id \`${id}\`. Open one by name to create it.`,
    );
}
