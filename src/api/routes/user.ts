import { dataAnswer } from '../answers.js';
import type { RouteTable } from '../route.js';

/** The route of one user, who may also be called `me`. */
export function userRoutes(path: string): RouteTable {
    return {
        [`GET ${path}`]: async ({ client, param }) => dataAnswer(await client.user(param('userId')).get()),
    };
}
