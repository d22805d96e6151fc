import { EngineError } from '../../errors/engine-error.js';
import type { RouteHandler, RouteTable } from '../route.js';

/** What the platform has below these paths, and a later version will have here. */
const LATER: Readonly<Record<string, string>> = {
    '/actor-builds': 'API of builds',
    '/store': 'Store',
    '/webhook-dispatches': 'webhooks',
    '/webhooks': 'webhooks',
};

/** Routes that are there in order to say that they do nothing yet. */
export const laterRoutes: RouteTable = Object.fromEntries(
    Object.entries(LATER).flatMap(([path, subject]) => {
        const handle = refuse(subject);
        return [
            [`ALL ${path}`, handle],
            [`ALL ${path}/*`, handle],
        ];
    }),
);

function refuse(subject: string): RouteHandler {
    return ({ request }) => {
        const path = new URL(request.url).pathname;
        const message = `\`${request.method} ${path}\` does nothing yet: this version of the engine has no ${subject}.`;
        throw new EngineError('not-yet-available', message, { details: { path } });
    };
}
