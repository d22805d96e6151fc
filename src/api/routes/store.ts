import { checkWord } from '../../util/check.js';
import { dataAnswer } from '../answers.js';
import { pageQuery } from '../page-query.js';
import type { StoreActor } from '../../model/actor.js';
import type { RouteCall, RouteTable } from '../route.js';

/** The route of the Store, which shows the engine's own public Actors. */
export function storeRoutes(path: string): RouteTable {
    return { [`GET ${path}`]: listStore };
}

async function listStore({ client, query }: RouteCall): Promise<Response> {
    const responseFormat = query.text('responseFormat');
    checkWord('responseFormat', responseFormat, ['full', 'agent']);
    const { desc: _, ...bounds } = pageQuery(query);
    const page = await client.store().list({
        ...bounds,
        search: query.text('search'),
        sortBy: query.text('sortBy'),
        category: query.text('category'),
        username: query.text('username'),
        pricingModel: query.text('pricingModel'),
        allowsAgenticUsers: query.flag('allowsAgenticUsers'),
        includeUnrunnableActors: query.flag('includeUnrunnableActors'),
    });
    return dataAnswer(responseFormat === 'agent' ? { ...page, items: page.items.map(forAgent) } : page);
}

/** What a language model has use for. */
function forAgent({ id, title, name, username, description, stats }: StoreActor): object {
    return { id, title, name, username, description, stats: { totalRuns: stats.totalRuns } };
}
