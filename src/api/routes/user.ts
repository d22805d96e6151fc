import { dataAnswer, jsonAnswer } from '../answers.js';
import { readFields } from '../body.js';
import type { RouteTable } from '../route.js';

/** The routes of users; what only a user may know of itself is at `me`. */
export function userRoutes(path: string): RouteTable {
    return {
        [`GET ${path}/me/usage/monthly`]: async ({ client, query }) =>
            dataAnswer(await client.user().monthlyUsage({ date: query.text('date') })),
        [`GET ${path}/me/limits`]: async ({ client }) => dataAnswer(await client.user().limits()),
        [`PUT ${path}/me/limits`]: async ({ client, request }) => {
            await client.user().updateLimits(await readFields(request));
            return jsonAnswer({}, 201);
        },
        [`GET ${path}/:userId`]: async ({ client, param }) => dataAnswer(await client.user(param('userId')).get()),
    };
}
