import { EngineError } from '../../errors/engine-error.js';
import { didYouMean, invalid, listNames } from '../check.js';
import { newId } from '../ids.js';
import { NameMap } from './name-map.js';
import { withoutUndefined } from '../json/without-undefined.js';
import type { Clock } from '../clock.js';

/** A record with an id and a name that is unique among its kind. */
interface NamedRecord {
    readonly id: string;
    readonly name: string;
    readonly createdAt: Date;
}

interface Draft extends NamedRecord {
    readonly userId: string;
    readonly modifiedAt: Date;
}

/** Maximum length of the name of an Actor, task or schedule, in characters. */
export const MAX_RESOURCE_NAME_LENGTH = 63;

const NAME = /^[a-zA-Z0-9][a-zA-Z0-9-]{1,61}[a-zA-Z0-9]$/;

/** The label of each kind in messages, and its error codes. */
const KINDS = {
    tasks: { label: 'task', limitCode: 'too-many-actor-tasks', takenCode: 'actor-task-name-not-unique' },
    schedules: { label: 'schedule', limitCode: 'too-many-schedules', takenCode: 'schedule-name-not-unique' },
} as const;

type Kind = keyof typeof KINDS;

/** Maximum number of records of a kind per user, as on the platform. */
export const MAX_RECORDS: Readonly<Record<Kind, number>> = { tasks: 5000, schedules: 100 };

/** The dependencies of the records of a user. */
export interface RecordDependencies {
    readonly documents: {
        loadAll(kind: Kind): unknown[];
        save(kind: Kind, id: string, document: object): void;
        remove(kind: Kind, id: string): void;
    };
    readonly clock: Clock;
    readonly owner: { readonly id: string; readonly username: string };
}

/** The records of one kind of a user, oldest first, by id and by name. Each change is saved before it takes effect. */
export class NamedRecords<Item extends NamedRecord> {
    readonly #kind: Kind;
    readonly #dependencies: RecordDependencies;
    readonly #items = new Map<string, Item>();
    readonly #ids = new NameMap<string>();

    /** @param read - Parses a stored document. */
    constructor(kind: Kind, dependencies: RecordDependencies, read: (document: unknown) => Item) {
        this.#kind = kind;
        this.#dependencies = dependencies;
        const items = dependencies.documents.loadAll(kind).map(read);
        items.sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
        for (const item of items) this.#put(item);
    }

    values(): Iterable<Item> {
        return this.#items.values();
    }

    /** Finds a record by id, `name`, `username/name`, `username~name` or `~name`. */
    find(reference: string): Item | undefined {
        if (this.#items.has(reference)) return this.#items.get(reference);
        const [owner, name] = splitReference(reference);
        const isOwn = !owner || isOwnerName(this.#dependencies.owner, owner);
        return isOwn ? this.#items.get(this.#ids.get(name) ?? '') : undefined;
    }

    /** As {@link NamedRecords.find}; throws `record-not-found` and suggests the most similar name. */
    require(reference: string): Item {
        const item = this.find(reference);
        if (item) return item;
        const { label } = KINDS[this.#kind];
        const names = Array.from(this.#items.values(), (item) => item.name);
        const [, name] = splitReference(reference);
        const known = names.length === 0 ? `No ${label} exists yet.` : `Existing: ${listNames(names)}.`;
        throw new EngineError(
            'record-not-found',
            `No ${label} has the id or name \`${reference}\`.${didYouMean(name, names)} ${known}`,
            { details: { [label]: reference } },
        );
    }

    /**
     * Creates the common fields of a new record. Its name is the given one, with a number appended if it is taken.
     *
     * @throws EngineError if the user has the maximum number of records.
     */
    createDraft(name: string): Draft {
        const max = MAX_RECORDS[this.#kind];
        if (this.#items.size >= max) {
            throw new EngineError(
                KINDS[this.#kind].limitCode,
                `The maximum of ${max} ${this.#kind} is reached. Delete some that are not needed.`,
            );
        }
        const now = this.now();
        return {
            id: newId(),
            userId: this.#dependencies.owner.id,
            name: this.#findFreeName(name),
            createdAt: now,
            modifiedAt: now,
        };
    }

    /**
     * Returns a copy of a record with changes applied. Undefined keeps a field; null removes it.
     *
     * @throws EngineError if another record has the name.
     */
    applyChanges(item: Item, changes: { name?: string; [field: string]: unknown }): Item {
        const { label, takenCode } = KINDS[this.#kind];
        const { name = item.name } = changes;
        if ((this.#ids.get(name) ?? item.id) !== item.id) {
            throw new EngineError(
                takenCode,
                `Another ${label} already has the name \`${name}\`. Choose another name, or rename that ${label}.`,
                { details: { name } },
            );
        }
        const applied = Object.entries(withoutUndefined(changes)).map(([key, value]) => [key, value ?? undefined]);
        return withoutUndefined({ ...item, ...(Object.fromEntries(applied) as Partial<Item>) });
    }

    /** Saves a record; it replaces the one with the same id. */
    save(item: Item, document: object = item): void {
        this.#dependencies.documents.save(this.#kind, item.id, document);
        this.#put(item);
    }

    remove({ id, name }: Item): void {
        this.#dependencies.documents.remove(this.#kind, id);
        this.#items.delete(id);
        this.#ids.delete(name);
    }

    now(): Date {
        return new Date(this.#dependencies.clock.now());
    }

    #findFreeName(base: string): string {
        let name = base.slice(0, MAX_RESOURCE_NAME_LENGTH);
        for (let count = 2; this.#ids.has(name); count++) {
            const suffix = `-${count}`;
            name = base.slice(0, MAX_RESOURCE_NAME_LENGTH - suffix.length) + suffix;
        }
        return name;
    }

    #put(item: Item): void {
        const old = this.#items.get(item.id);
        if (old) this.#ids.delete(old.name);
        this.#items.set(item.id, item);
        this.#ids.set(item.name, item.id);
    }
}

/** Splits `owner/name` or `owner~name`. An id or a plain name has no owner; `~name` has an empty one. */
export function splitReference(reference: string): [owner: string | undefined, name: string] {
    const separator = reference.search(/[~/]/);
    return separator === -1 ? [undefined, reference] : [reference.slice(0, separator), reference.slice(separator + 1)];
}

/** True if the owner in a reference is this user: by username or id. */
export function isOwnerName({ id, username }: { id: string; username: string }, owner: string): boolean {
    return owner === id || owner.toLowerCase() === username.toLowerCase();
}

/** Throws `invalid-value` for a name that the platform rejects for a task or schedule. Undefined passes. */
export function checkResourceName(path: string, name: unknown): void {
    if (name === undefined || (typeof name === 'string' && NAME.test(name))) return;
    throw invalid(path, name, 'a string of 3 to 63 letters, digits and dashes, with no dash at the ends');
}
