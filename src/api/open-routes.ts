/** An id or a name as it stands in a path; one with anything encoded in it might mean another route. */
const NAME = String.raw`[\w.~-]+`;
const BUILD = `/v2/(?:actor-builds/${NAME}|act(?:or)?s/${NAME}/builds/${NAME})`;

/** What can be read without a token: whoever knows the id of a run or a build has been told it. */
const OPEN_PATHS = new RegExp(
    `^(?:/v2/actor-runs/${NAME}|/v2/logs/${NAME}|${BUILD}(?:/openapi\\.json)?|/v2/browser-info)$`,
);
const OPEN_POSTS = /^\/v2\/(?:browser-info|tools\/decode-and-verify)$/;

/** What its owner can share with everybody. */
const SHAREABLE = new RegExp(`^/v2/(?:datasets|key-value-stores|request-queues|actor-runs)/${NAME}(?:/.*)?$`);

/** Whether a request reads what may be shared with everybody. */
export function isShareableRoute({ method, url }: Pick<Request, 'method' | 'url'>): boolean {
    return (method === 'GET' || method === 'HEAD') && SHAREABLE.test(new URL(url).pathname);
}

/**
 * Whether a request needs no token. Its method is the one that is meant, whatever it was sent with.
 *
 * Source: the `security` of the endpoints in the API's description.
 */
export function isOpenRoute({ method, url }: Pick<Request, 'method' | 'url'>): boolean {
    const { pathname } = new URL(url);
    if (method === 'GET' || method === 'HEAD') return OPEN_PATHS.test(pathname);
    return method === 'POST' && OPEN_POSTS.test(pathname);
}
