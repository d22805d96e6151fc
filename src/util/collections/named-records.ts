import { EngineError } from '../../errors/engine-error.js';
import { didYouMean, invalid } from '../check.js';
import { newId } from '../ids.js';
import { withoutUndefined } from '../json/without-undefined.js';
import type { Clock } from '../clock.js';

/** What can be found by its id, and by a name that nothing else of its kind has. */
interface NamedRecord {
    readonly id: string;
    readonly name: string;
    readonly createdAt: Date;
}

interface Draft extends NamedRecord {
    readonly userId: string;
    readonly modifiedAt: Date;
}

/** The longest name that an Actor, a task or a schedule can have, in characters. */
export const MAX_RESOURCE_NAME_LENGTH = 63;

const NAME = /^[a-zA-Z0-9][a-zA-Z0-9-]{1,61}[a-zA-Z0-9]$/;

/** How messages call a kind of records, how many of it a user may have on the platform, and the codes of its errors. */
const KINDS = {
    tasks: { label: 'task', tooMany: 'too-many-actor-tasks', taken: 'actor-task-name-not-unique' },
    schedules: { label: 'schedule', tooMany: 'too-many-schedules', taken: 'schedule-name-not-unique' },
} as const;

type Kind = keyof typeof KINDS;

/** How many records of a kind a user may have, as on the platform. */
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

/** The records of one kind that belong to a user, oldest first, by id and by name. Each change is on disk before it counts. */
export class NamedRecords<Item extends NamedRecord> {
    readonly #kind: Kind;
    readonly #parts: RecordDependencies;
    readonly #items = new Map<string, Item>();
    readonly #ids = new Map<string, string>();

    /** @param read - Makes a record of its document. */
    constructor(kind: Kind, parts: RecordDependencies, read: (document: unknown) => Item) {
        this.#kind = kind;
        this.#parts = parts;
        const items = parts.documents.loadAll(kind).map(read);
        items.sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
        for (const item of items) this.#put(item);
    }

    values(): Iterable<Item> {
        return this.#items.values();
    }

    /** By id, `name`, `username/name`, `username~name` or `~name`. */
    find(reference: string): Item | undefined {
        if (this.#items.has(reference)) return this.#items.get(reference);
        const [owner, name] = splitReference(reference);
        const isOwn = owner === undefined || owner === '' || owner === this.#parts.owner.username;
        return isOwn ? this.#items.get(this.#ids.get(name) ?? '') : undefined;
    }

    /** As {@link NamedRecords.find}; throws `record-not-found`, with the nearest name. */
    require(reference: string): Item {
        const item = this.find(reference);
        if (item) return item;
        const { label } = KINDS[this.#kind];
        const names = [...this.#ids.keys()];
        const [, name] = splitReference(reference);
        const known = names.length === 0 ? `There is no ${label} yet.` : `There are: ${names.join(', ')}.`;
        throw new EngineError(
            'record-not-found',
            `No ${label} has the id or name \`${reference}\`.${didYouMean(name, names)} ${known}`,
            { details: { [label]: reference } },
        );
    }

    /**
     * Returns what all records have, for a new one that has no name of its own: the one given, with a number if it is taken.
     *
     * @throws EngineError if there are as many as there may be.
     */
    createDraft(name: string): Draft {
        const max = MAX_RECORDS[this.#kind];
        if (this.#items.size >= max) {
            throw new EngineError(
                KINDS[this.#kind].tooMany,
                `There are ${max} ${this.#kind} already, and no more are allowed. Delete some that are not needed.`,
            );
        }
        const now = this.now();
        return {
            id: newId(),
            userId: this.#parts.owner.id,
            name: this.#freeName(name),
            createdAt: now,
            modifiedAt: now,
        };
    }

    /**
     * Returns a record with changes: a field that is undefined stays as it was, and null takes it away.
     *
     * @throws EngineError for a name that another record has.
     */
    applyChanges(item: Item, changes: { name?: string; [field: string]: unknown }): Item {
        const { label, taken } = KINDS[this.#kind];
        const { name = item.name } = changes;
        if ((this.#ids.get(name) ?? item.id) !== item.id) {
            throw new EngineError(
                taken,
                `Another ${label} is named \`${name}\` already. Choose another name, or rename that one.`,
                { details: { name } },
            );
        }
        const given = Object.entries(withoutUndefined(changes)).map(([key, value]) => [key, value ?? undefined]);
        return withoutUndefined({ ...item, ...(Object.fromEntries(given) as Partial<Item>) });
    }

    /** Saves a record under a document, new or in the place of the one that has its id. */
    save(item: Item, document: object = item): void {
        this.#parts.documents.save(this.#kind, item.id, document);
        this.#put(item);
    }

    remove({ id, name }: Item): void {
        this.#parts.documents.remove(this.#kind, id);
        this.#items.delete(id);
        this.#ids.delete(name);
    }

    now(): Date {
        return new Date(this.#parts.clock.now());
    }

    #freeName(base: string): string {
        let name = base.slice(0, MAX_RESOURCE_NAME_LENGTH);
        for (let count = 2; this.#ids.has(name); count++) {
            const end = `-${count}`;
            name = base.slice(0, MAX_RESOURCE_NAME_LENGTH - end.length) + end;
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

/** Splits `owner/name` or `owner~name`. A reference that is an id or a mere name has no owner, and `~name` an empty one. */
export function splitReference(reference: string): [owner: string | undefined, name: string] {
    const mark = reference.search(/[~/]/);
    return mark === -1 ? [undefined, reference] : [reference.slice(0, mark), reference.slice(mark + 1)];
}

/** Whether an Actor, a task or a schedule may have this name on the platform. */
export function isResourceName(name: string): boolean {
    return NAME.test(name);
}

/** Refuses a name of a task or a schedule that the platform would refuse: `invalid-value`. Undefined is none. */
export function checkResourceName(path: string, name: unknown): void {
    if (name === undefined || (typeof name === 'string' && isResourceName(name))) return;
    throw invalid(path, name, 'a string of 3 to 63 letters, digits and dashes, with no dash at the ends');
}
