import { attachmentHeaders, textAnswer } from '../answers.js';
import { found } from '../found.js';
import type { LogClient } from '../../model/client.js';
import type { Resolver, RouteTable } from '../route.js';

const TEXT = 'text/plain; charset=utf-8';

/** The route of one log: as it is now, or live until its run ends. */
export function logRoutes(path: string, resolve: Resolver<LogClient>): RouteTable {
    return {
        [`GET ${path}`]: async (call) => {
            const log = await resolve(call);
            const options = { raw: call.query.flag('raw') };
            const headers = attachmentHeaders(call.query.flag('download'), 'log.txt');
            const body = call.query.flag('stream') ? await log.stream(options) : await log.get(options);
            return textAnswer(found(body, 'Log', call), TEXT, { headers });
        },
    };
}
