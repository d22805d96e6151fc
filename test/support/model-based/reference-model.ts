import type { Item, ItemsOptions } from '../../../src/model/api/storage.js';

/** A minimal model of a dataset. */
export class DatasetModel {
    readonly #items: Item[] = [];

    get count(): number {
        return this.#items.length;
    }

    push(items: readonly unknown[]): void {
        for (const item of items) this.#items.push(JSON.parse(JSON.stringify(item)) as Item);
    }

    /** Returns the items of a page, as the API documents them. */
    list(options: ItemsOptions): Item[] {
        const {
            offset = 0,
            limit = 0,
            desc = false,
            clean,
            skipEmpty,
            skipHidden,
            fields,
            outputFields,
            omit,
        } = options;
        const all = desc ? this.#items.toReversed() : this.#items;
        let rows = all.slice(offset, limit === 0 ? undefined : offset + limit).map((item) => Object.entries(item));
        const unwound = typeof options.unwind === 'string' ? [options.unwind] : (options.unwind ?? []);
        for (const field of unwound) rows = rows.flatMap((row) => unwind(row, field));
        if (clean || skipHidden) rows = rows.map((row) => row.filter(([name]) => name[0] !== '#'));
        if (fields && fields.length > 0)
            rows = rows.map((row) => choose(row, fields, outputFields?.length ? outputFields : fields));
        rows = rows.map((row) => row.filter(([name]) => !(omit ?? []).includes(name)));
        rows = rows.map((row) =>
            row.flatMap(([name, value]) =>
                (options.flatten ?? []).includes(name) ? flat(name, value) : [[name, value] as Field],
            ),
        );
        if (clean || skipEmpty) rows = rows.filter((row) => row.length > 0);
        return rows.map((row) => Object.fromEntries(row));
    }
}

type Field = [string, unknown];

function unwind(row: Field[], field: string): Field[][] {
    const value = row.find(([name]) => name === field)?.[1];
    if (typeof value !== 'object' || value === null) return [row];
    const rest = row.filter(([name]) => name !== field);
    return (Array.isArray(value) ? (value as unknown[]) : [value]).map((element) => {
        const fields: Field[] =
            typeof element === 'object' && element !== null && !Array.isArray(element)
                ? Object.entries(element)
                : [[field, element]];
        return Object.entries(Object.fromEntries([...rest, ...fields]));
    });
}

function choose(row: Field[], fields: readonly string[], names: readonly string[]): Field[] {
    const chosen = fields.flatMap((field, index): Field[] =>
        row.filter(([name]) => name === field).map(([, value]) => [names[index]!, value]),
    );
    return Object.entries(Object.fromEntries(chosen));
}

function flat(name: string, value: unknown): Field[] {
    const isTree =
        typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0;
    return isTree ? Object.entries(value).flatMap(([key, inner]) => flat(`${name}.${key}`, inner)) : [[name, value]];
}

/** A minimal model of a key-value store. */
export class KeyValueStoreModel {
    readonly #records = new Map<string, { bytes: Buffer; contentType: string }>();

    set(key: string, bytes: Uint8Array, contentType: string): void {
        this.#records.set(key, { bytes: Buffer.from(bytes), contentType });
    }

    delete(key: string): void {
        this.#records.delete(key);
    }

    get(key: string): { key: string; bytes: Buffer; contentType: string } | undefined {
        const record = this.#records.get(key);
        return record && { key, ...record };
    }

    keys(prefix = '', after = ''): string[] {
        return [...this.#records.keys()]
            .filter((key) => key.startsWith(prefix) && key > after)
            .toSorted((a, b) => (a < b ? -1 : 1));
    }

    get size(): number {
        return [...this.#records.values()].reduce((sum, { bytes }) => sum + bytes.length, 0);
    }
}
