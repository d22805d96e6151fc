import { checkWord, invalid } from '../../util/check.js';
import { jsonResponse } from '../responses.js';
import { readBody, readFields } from '../body.js';
import { flag, number, readQuery, text, type Readers } from '../query.js';
import { param, type AddRoute } from '../route.js';
import type { StoreActor, StoreListOptions } from '../../model/api/actor.js';
import type { ApiContext } from '../context.js';

/** Adds the routes of users, the Store and the tools. */
export function addAccountRoutes(route: AddRoute): void {
    route('GET', '/users/me/usage/monthly', 'user.monthlyUsage', (c) =>
        c.env.client.user().monthlyUsage({ date: text(c, 'date') }),
    );
    route('GET', '/users/me/limits', 'user.limits', (c) => c.env.client.user().limits());
    route('PUT', '/users/me/limits', 'user.updateLimits', async (c) => {
        await c.env.client.user().updateLimits(await readFields(c));
        return jsonResponse(c, {}, 201);
    });
    route('GET', '/users/:userId', 'user.get', (c) => c.env.client.user(param(c, 'userId')).get());
    route('GET', '/store', 'store.list', listStore);
    route('ALL', '/browser-info', undefined, browserInfo);
    route('POST', '/tools/encode-and-sign', 'user.encodeAndSign', async (c) => ({
        encoded: await c.env.client.user().encodeAndSign(await readFields(c)),
    }));
    route('POST', '/tools/decode-and-verify', 'user.decodeAndVerify', async (c) => {
        const { encoded } = await readFields(c);
        if (typeof encoded !== 'string')
            throw invalid('body.encoded', encoded, 'a string that `encode-and-sign` returned');
        return c.env.client.user().decodeAndVerify(encoded);
    });
}

const STORE: Readers<StoreListOptions> = {
    offset: number,
    limit: number,
    search: text,
    sortBy: text,
    category: text,
    username: text,
    pricingModel: text,
    allowsAgenticUsers: flag,
    includeUnrunnableActors: flag,
};

/** Lists the engine's own public Actors. */
async function listStore(c: ApiContext): Promise<object> {
    const responseFormat = text(c, 'responseFormat');
    checkWord('responseFormat', responseFormat, ['full', 'agent']);
    const page = await c.env.client.store().list(readQuery(c, STORE));
    return responseFormat === 'agent' ? { ...page, items: page.items.map(toAgentFields) } : page;
}

/** Returns the fields that a language model can use. */
function toAgentFields({ id, title, name, username, description, stats }: StoreActor): object {
    return { id, title, name, username, description, stats: { totalRuns: stats.totalRuns } };
}

/** Responds with the request as the API received it. It has no address: a request need not come from a socket. */
async function browserInfo(c: ApiContext): Promise<Response> {
    const { length } = await readBody(c);
    const headers = [...c.req.raw.headers];
    // Without the envelope, as on the platform.
    return jsonResponse(c, {
        method: c.req.method,
        clientIp: null,
        countryCode: null,
        bodyLength: length,
        ...(!flag(c, 'skipHeaders') && { headers: Object.fromEntries(headers) }),
        ...(flag(c, 'rawHeaders') && { rawHeaders: headers.flat() }),
    });
}
