import { dataAnswer } from '../answers.js';
import { readFieldsIfAny } from '../body.js';
import { pageWithLinks, withLinks } from '../links.js';
import { locationHeader } from '../location.js';
import { pageQuery } from '../page-query.js';
import type { Client, StorageCollectionClient, StorageListOptions } from '../../model/client.js';
import type { RouteCall, RouteTable } from '../route.js';

/** How to reach the storages of one kind. */
export interface StorageKindAccess<Info> {
    all(client: Client): StorageCollectionClient<Info>;
    one(client: Client, reference: string): { get(): Promise<Info | undefined> };
}

/** The routes of all storages of one kind. */
export function storageCollectionRoutes<Info extends { id: string }>(
    path: string,
    access: StorageKindAccess<Info>,
): RouteTable {
    return {
        [`GET ${path}`]: async (call) => {
            return dataAnswer(pageWithLinks(await access.all(call.client).list(listOptions(call)), call));
        },
        [`POST ${path}`]: async (call) => {
            const { client, request } = call;
            const name = call.query.text('name');
            const { schema } = await readFieldsIfAny(request);
            const existing = name === undefined ? undefined : await access.one(client, `~${name}`).get();
            const options = schema === undefined ? {} : { schema: schema as Record<string, unknown> };
            const info = await access.all(client).getOrCreate(name, options);
            const location = locationHeader(call, [path.slice(1), info.id]);
            const shown = withLinks(info, call);
            return existing === undefined ? dataAnswer(shown, 201, location) : dataAnswer(shown);
        },
    };
}

function listOptions({ query }: RouteCall): StorageListOptions {
    return {
        ...pageQuery(query),
        unnamed: query.flag('unnamed'),
        // The client refuses all other words.
        ownership: query.text('ownership') as StorageListOptions['ownership'],
    };
}
