import { ApiRefusal } from '../api-refusal.js';
import { found } from '../found.js';
import type { RunClient } from '../../model/client.js';
import type { Resolver, RouteTable } from '../route.js';

/** The route that charges for events of a run. No Actor is paid per event yet, so that it can only refuse. */
export function chargeRoutes(path: string, resolve: Resolver<RunClient>): RouteTable {
    return {
        [`POST ${path}`]: async (call) => {
            const run = await resolve(call);
            const { id } = found(await run.get(), 'Run', call);
            const message =
                `Run \`${id}\` cannot be charged: its Actor is not paid per event, ` +
                'and this version of the engine has no pricing yet.';
            throw new ApiRefusal(400, 'cannot-charge-non-pay-per-event-actor', message);
        },
    };
}
