import { jsonAnswer } from '../answers.js';
import { readFields } from '../body.js';
import { checkOptions, invalid } from '../../util/check.js';
import type { RunClient } from '../../model/client.js';
import type { RunChargeOptions } from '../../model/pricing.js';
import type { Resolver, RouteTable } from '../route.js';

/** The route that charges for events of a run. */
export function chargeRoutes(path: string, resolve: Resolver<RunClient>): RouteTable {
    return {
        [`POST ${path}`]: async (call) => {
            const run = await resolve(call);
            const fields = await readFields(call.request);
            checkOptions('body', fields, ['eventName', 'count']);
            // The client has a default for it, the API has none.
            if (fields['count'] === undefined) throw invalid('body.count', undefined, 'a whole number, 1 or more');
            const idempotencyKey = call.request.headers.get('idempotency-key') ?? undefined;
            await run.charge({ ...(fields as unknown as RunChargeOptions), idempotencyKey });
            return jsonAnswer({}, 201);
        },
    };
}
