import { dataAnswer, emptyAnswer } from '../answers.js';
import { readFields } from '../body.js';
import { found } from '../found.js';
import { withLinks } from '../links.js';
import type { Resolver, RouteTable } from '../route.js';

/** A resource that can be read, changed and deleted as a whole. */
export interface WholeResource<Fields> {
    get(): Promise<object | undefined>;
    update(fields: Fields): Promise<object>;
    delete(): Promise<void>;
}

/**
 * The routes of a resource as a whole.
 *
 * @param kind - What messages call it: `Dataset`.
 */
export function resourceRoutes<Fields>(
    path: string,
    kind: string,
    resolve: Resolver<WholeResource<Fields>>,
): RouteTable {
    return {
        [`GET ${path}`]: async (call) => {
            const resource = await resolve(call);
            return dataAnswer(withLinks(found(await resource.get(), kind, call), call));
        },
        [`PUT ${path}`]: async (call) => {
            const resource = await resolve(call);
            // The client checks the fields, as it does for callers in process.
            const fields = (await readFields(call.request)) as Fields;
            return dataAnswer(withLinks(await resource.update(fields), call));
        },
        [`DELETE ${path}`]: async (call) => {
            const resource = await resolve(call);
            found(await resource.get(), kind, call);
            await resource.delete();
            return emptyAnswer();
        },
    };
}
