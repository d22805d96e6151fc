import { expect } from 'vitest';
import { MARKER, sendAll, USERS, type Route, type World } from './access-world.js';

/** Routes that are open without a token to those who know an unguessable id. Source: the `security` of the API's description. */
const OPEN_BY_ID =
    /^GET \/v2\/(?:actor-runs\/:runId(?:\/log)?|logs\/:jobId|(?:actor-builds|act(?:or)?s\/:actorId\/builds)\/:buildId(?:\/openapi\.json)?)$/;
/** Routes that a signature opens, by what it signs. */
const SIGNED: Readonly<Record<string, RegExp>> = {
    items: /^GET \/v2\/datasets\/:datasetId\/items$/,
    keys: /^GET \/v2\/key-value-stores\/:storeId\/(?:keys|records)$/,
    record: /^GET \/v2\/key-value-stores\/:storeId\/records\/:key/,
};
/** Paths with a resource that has a name. */
const NAMED = /:(?:actorId|datasetId|storeId|queueId|actorTaskId|scheduleId)/;
/** Shows the public profile of another user. */
const PUBLIC_PROFILE = 'GET /v2/users/:userId';
/** Routes whose GET starts a run and waits for it. */
const STARTS_RUN = /\/run-sync/;

type Only = (route: Route, form: string) => boolean;

/** Expects that other users and their runs are refused, and that nothing changes. */
export async function expectOthersRefused(world: World, only?: Only): Promise<void> {
    const before = await world.state();
    for (const token of [USERS[1].token, world.tokens.bobsRun]) {
        const problems = await sendAll(world, { token, only }, ({ status, body }, { name }) => {
            const isRefused = status === 403 || status === 404 || name === PUBLIC_PROFILE;
            return isRefused && !body.includes(MARKER) ? undefined : [status, body.slice(0, 200)];
        });
        expect(problems).toEqual({});
    }
    expect(await world.state()).toEqual(before);
}

/** Expects that requests without a token only get what some ids open, and are not told by name what exists. */
export async function expectAnonymousRefused(world: World, only?: Only): Promise<void> {
    const before = await world.state();
    const messages = new Map<string, string>();
    const problems = await sendAll(world, { only }, ({ status, body }, { name, path }, form) => {
        if (body.includes(MARKER)) return body;
        const hasName = NAMED.test(path) && form !== 'id';
        if (OPEN_BY_ID.test(name) && !hasName) return status === 200 ? undefined : [status, body];
        if (status !== 401 || !body.includes('token-not-provided')) return [status, body];
        // An encoded slash is refused before anything is looked up.
        const key = `${name} ${form === 'username/name'}`;
        const message = messages.get(key) ?? body;
        messages.set(key, message);
        return !hasName || body === message ? undefined : [message, body];
    });
    expect(problems).toEqual({});
    expect(await world.state()).toEqual(before);
}

/** Expects that wrong tokens are refused, also that of an ended run. */
export async function expectWrongTokensRefused(world: World, only?: Only): Promise<void> {
    for (const token of ['wrong', `${USERS[0].token}x`, world.tokens.ended, `${world.tokens.alicesRun}x`]) {
        const problems = await sendAll(world, { token, only }, ({ status, body }) =>
            status === 401 && body.includes('invalid-token') ? undefined : [status, body],
        );
        expect(problems).toEqual({});
    }
}

/** Expects that a signature opens what it signs, and nothing else. */
export async function expectSignaturesLimited(world: World, only?: Only): Promise<void> {
    for (const [kind, url] of Object.entries(world.urls)) {
        const query = new URL(url).searchParams.get('signature')!;
        const problems = await sendAll(world, { query, only }, ({ status, body }, { name }, form) => {
            const isOpen = SIGNED[kind]!.test(name) && !form.endsWith('missing') && form !== 'username/name';
            if (isOpen) return status === 200 ? undefined : [status, body];
            return body.includes(MARKER) ? body : undefined;
        });
        expect([kind, problems]).toEqual([kind, {}]);
    }
}

/** Expects that the user and the runs of the user can read everything. */
export async function expectOwnerServed(world: World, only: Only = () => true): Promise<void> {
    const isRead: Only = (route, form) => route.method === 'GET' && !STARTS_RUN.test(route.path) && only(route, form);
    for (const token of [USERS[0].token, world.tokens.alicesRun]) {
        const problems = await sendAll(world, { token, only: isRead }, ({ status, body }, { path }, form) => {
            const isMissing = form.endsWith('missing') && NAMED.test(path);
            return status === (isMissing ? 404 : 200) ? undefined : [status, body];
        });
        expect(problems).toEqual({});
    }
}
