import { EngineError } from '../errors/engine-error.js';
import { didYouMean, invalid } from './check.js';

/** What can be found by its id, and by a name that nothing else of its kind has. */
interface NamedRecord {
    readonly id: string;
    readonly name: string;
}

/** The longest name that an Actor, a task or a schedule can have, in characters. */
export const MAX_RESOURCE_NAME_LENGTH = 63;

const NAME = /^[a-zA-Z0-9][a-zA-Z0-9-]{1,61}[a-zA-Z0-9]$/;

/** The records of one kind that belong to the engine's user, oldest first, by id and by name. */
export class NamedRecords<Item extends NamedRecord> {
    readonly #kind: string;
    readonly #username: string;
    readonly #items = new Map<string, Item>();
    readonly #ids = new Map<string, string>();

    /** @param kind - What messages call one: `task`. */
    constructor(kind: string, username: string) {
        this.#kind = kind;
        this.#username = username;
    }

    get size(): number {
        return this.#items.size;
    }

    values(): Iterable<Item> {
        return this.#items.values();
    }

    /** By id, `name`, `username/name`, `username~name` or `~name`. */
    find(reference: string): Item | undefined {
        if (this.#items.has(reference)) return this.#items.get(reference);
        const [owner, name] = splitReference(reference);
        const isOwn = owner === undefined || owner === '' || owner === this.#username;
        return isOwn ? this.#items.get(this.#ids.get(name) ?? '') : undefined;
    }

    /** As {@link NamedRecords.find}; throws `record-not-found`, with the nearest name. */
    require(reference: string): Item {
        const item = this.find(reference);
        if (item) return item;
        const names = [...this.#ids.keys()];
        const [, name] = splitReference(reference);
        const known = names.length === 0 ? `There is no ${this.#kind} yet.` : `There are: ${names.join(', ')}.`;
        throw new EngineError(
            'record-not-found',
            `No ${this.#kind} has the id or name \`${reference}\`.${didYouMean(name, names)} ${known}`,
            { details: { [this.#kind]: reference } },
        );
    }

    /** Whether something else than this has the name. */
    isTaken(name: string, id?: string): boolean {
        const owner = this.#ids.get(name);
        return owner !== undefined && owner !== id;
    }

    /** A name that nothing has yet: the one given, or that with a number. */
    freeName(base: string): string {
        let name = base.slice(0, MAX_RESOURCE_NAME_LENGTH);
        for (let count = 2; this.#ids.has(name); count++) {
            const end = `-${count}`;
            name = base.slice(0, MAX_RESOURCE_NAME_LENGTH - end.length) + end;
        }
        return name;
    }

    /** Adds a record, or puts it in the place of the one that has its id. */
    put(item: Item): void {
        const old = this.#items.get(item.id);
        if (old) this.#ids.delete(old.name);
        this.#items.set(item.id, item);
        this.#ids.set(item.name, item.id);
    }

    remove(item: Item): void {
        this.#items.delete(item.id);
        this.#ids.delete(item.name);
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
    throw invalid(path, name, 'a text of 3 to 63 letters, digits and dashes, with no dash at the ends');
}
