import { EngineError } from '../../errors/engine-error.js';
import type { RouteHandler, RouteTable } from '../route.js';

/** What the platform has at and below these paths, and a later version will have here. */
const LATER: Readonly<Record<string, string>> = {
    '/actor-tasks': 'Actor tasks',
    '/actors/:actorId/builds': 'API of builds',
    '/actors/:actorId/validate-input': 'validation of inputs',
    '/actors/:actorId/versions': 'API of versions',
    '/schedules': 'schedules',
};

/** Routes that are there in order to say that they do nothing yet. */
export const laterRoutes: RouteTable = {
    'POST /actors': refuse('API of versions'),
    ...Object.fromEntries(
        Object.entries(LATER).flatMap(([path, subject]) => {
            const handle = refuse(subject);
            return [path, path.replace(/^\/actors/, '/acts')].flatMap((spelled) => [
                [`ALL ${spelled}`, handle],
                [`ALL ${spelled}/*`, handle],
            ]);
        }),
    ),
};

function refuse(subject: string): RouteHandler {
    return ({ request }) => {
        const path = new URL(request.url).pathname;
        const message = `\`${request.method} ${path}\` does nothing yet: this version of the engine has no ${subject}.`;
        throw new EngineError('not-yet-available', message, { details: { path } });
    };
}
