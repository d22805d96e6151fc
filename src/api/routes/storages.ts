import { dataResponse } from '../responses.js';
import { readFieldsIfAny } from '../body.js';
import { HttpError } from '../errors.js';
import { locationHeader, pageWithLinks, withLinks } from '../links.js';
import { flag, PAGE, readQuery, text, type Readers } from '../query.js';
import type { AddRoute } from '../route.js';
import type { ApiContext } from '../context.js';
import type { Client } from '../../model/client/client.js';
import type { StorageCollectionClient, StorageListOptions } from '../../model/client/storage.js';

const LIST: Readers<StorageListOptions> = { ...PAGE, unnamed: flag, ownership: text };

/** The routes' view of one kind of storage. */
interface StorageKind<Info> {
    /** In paths: `key-value-stores`. */
    readonly collection: string;
    /** In operations: `keyValueStores`. */
    readonly noun: string;
    readonly all: (client: Client) => StorageCollectionClient<Info>;
    readonly one: (client: Client, reference: string) => { get(): Promise<Info | undefined> };
}

/** Reads the name of a storage. Unlike other parameters, an empty one is an error: the storage would have no name. */
function readName(c: ApiContext): string | undefined {
    if (c.req.query('name') !== '') return text(c, 'name');
    throw new HttpError(
        400,
        'missing-resource-name',
        'Resource name parameter cannot be empty. Send a name, or leave it out.',
    );
}

/** Adds the routes of all storages of one kind. */
export function addStorageRoutes<Info extends { id: string }>(
    route: AddRoute,
    { collection, noun, all, one }: StorageKind<Info>,
): void {
    route('GET', `/${collection}`, `${noun}.list`, async (c) =>
        pageWithLinks(await all(c.env.client).list(readQuery(c, LIST)), c),
    );
    route('POST', `/${collection}`, `${noun}.getOrCreate`, async (c) => {
        const { client } = c.env;
        const name = readName(c);
        const { schema } = await readFieldsIfAny(c);
        const existing = name === undefined ? undefined : await one(client, `~${name}`).get();
        const options = schema === undefined ? {} : { schema: schema as Record<string, unknown> };
        const info = await all(client).getOrCreate(name, options);
        const shown = withLinks(info, c);
        return existing === undefined ? dataResponse(c, shown, 201, locationHeader(c, collection, info.id)) : shown;
    });
}
