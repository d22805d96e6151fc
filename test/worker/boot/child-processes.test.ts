import { afterEach, expect, it } from 'vitest';
import { buildChildEnv, setChildVariables } from '../../../src/worker/boot/child-processes.js';

afterEach(() => setChildVariables(() => ({})));

it('asks the host again for the environment of a child if it has not responded in time', () => {
    const responses = [undefined, { APIFY_API_BASE_URL: 'http://127.0.0.1:1/' }, { APIFY_API_BASE_URL: 'unexpected' }];
    setChildVariables(() => responses.shift());
    const env = { ACTOR_RUN_ID: 'run' };

    expect(buildChildEnv(env)).toEqual(env);
    expect(buildChildEnv(env)).toEqual({ ...env, APIFY_API_BASE_URL: 'http://127.0.0.1:1/' });
    expect(buildChildEnv(env)).toEqual({ ...env, APIFY_API_BASE_URL: 'http://127.0.0.1:1/' });
});
