import { EngineError } from '../../errors/engine-error.js';
import { invalid, didYouMean } from '../../util/check.js';
import type { RunContext } from './context.js';

/** Which storage to open: its id or name, or one of them by its kind, or the alias of one of the run's own. */
export type StorageIdentifier = string | { id: string } | { name: string } | { alias: string };

/** The storages that a run has opened, so that the same one is opened once. */
export type OpenStorages = Map<string, Promise<unknown>>;

/** What the three kinds of storage do differently while they are opened. */
export interface StorageOpening<Info extends { id: string; name?: string }, Storage> {
    /** As in `ACTOR_STORAGES_JSON`. */
    kind: 'datasets' | 'keyValueStores' | 'requestQueues';
    /** Variable with the id of the run's default storage of this kind. */
    defaultIdVariable: string;
    find(context: RunContext, idOrName: string): Promise<Info | undefined>;
    create(context: RunContext, name: string): Promise<Info>;
    /** Makes the storage; `info` is missing if nobody needs it for the run's default one. */
    make(context: RunContext, id: string, info?: Info): Storage;
    /** Whether the record of the storage is needed even for the run's default one. */
    needsInfo: boolean;
}

/**
 * Opens a storage, or the run's default one. A name that is new makes a new storage.
 *
 * @throws {@link EngineError} `record-not-found` for an id or alias that nothing has.
 */
export async function openStorage<Info extends { id: string; name?: string }, Storage>(
    context: RunContext,
    identifier: StorageIdentifier | null | undefined,
    opening: StorageOpening<Info, Storage>,
): Promise<Storage> {
    const { defaultId, wanted, mayCreate } = resolveIdentifier(context, identifier, opening);
    const key = `${opening.kind} ${wanted}`;
    const open = (context.storages.get(key) as Promise<Storage> | undefined) ?? load();
    context.storages.set(key, open);
    return open;

    async function load(): Promise<Storage> {
        try {
            if (wanted === defaultId && !opening.needsInfo) return opening.make(context, wanted);
            const info =
                (await opening.find(context, wanted)) ??
                (mayCreate ? await opening.create(context, wanted) : undefined);
            if (info === undefined) throw notFound(wanted, opening.kind);
            const storage = opening.make(context, info.id, info);
            // By whichever of its two names it is opened next, it is the same one.
            const known = [info.id, info.name].filter((name) => name !== undefined && name !== wanted);
            for (const name of known) context.storages.set(`${opening.kind} ${name}`, Promise.resolve(storage));
            return storage;
        } catch (error) {
            context.storages.delete(key);
            throw error;
        }
    }
}

export function closeStorage(context: RunContext, kind: string, id: string, name?: string): void {
    context.storages.delete(`${kind} ${id}`);
    if (name !== undefined) context.storages.delete(`${kind} ${name}`);
}

function resolveIdentifier(
    context: RunContext,
    identifier: StorageIdentifier | null | undefined,
    { kind, defaultIdVariable }: Pick<StorageOpening<never, never>, 'kind' | 'defaultIdVariable'>,
): { defaultId: string | undefined; wanted: string; mayCreate: boolean } {
    const defaultId = context.env[defaultIdVariable];
    if (identifier === null || identifier === undefined) {
        return { defaultId, wanted: defaultId ?? 'default', mayCreate: true };
    }
    if (typeof identifier === 'string' && identifier !== '') return { defaultId, wanted: identifier, mayCreate: true };
    if (typeof identifier !== 'object') throw invalid('idOrName', identifier, 'the id or name of a storage, or null');
    if ('id' in identifier) return { defaultId, wanted: identifier.id, mayCreate: false };
    if ('name' in identifier) return { defaultId, wanted: identifier.name, mayCreate: true };
    return { defaultId, wanted: idOfAlias(context, kind, identifier.alias), mayCreate: false };
}

function idOfAlias(context: RunContext, kind: string, alias: string): string {
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
        `No storage among the ${kind} has the id \`${id}\`. Open it by name to make one.`,
    );
}
