import { describe, expect, it } from 'vitest';
import {
    expectAnonymousRefused,
    expectOthersRefused,
    expectOwnerServed,
    expectSignaturesLimited,
    expectWrongTokensRefused,
} from '../support/api/access-checks.js';
import { createWorld, routes } from '../support/api/access-world.js';

/*
 * Sends every request of the table of routes, by id and by each form of a name, as the owner, as another user, with the tokens of runs,
 * with wrong tokens, with signatures and without a token.
 */

describe('the access to the resources of a user', () => {
    it.each([
        ['is refused to other users and their runs', expectOthersRefused],
        ['is refused without a token', expectAnonymousRefused],
        ['is refused with a wrong token', expectWrongTokensRefused],
        ['is given by a signature to what it signs', expectSignaturesLimited],
        ['is given to the user and to the runs of the user', expectOwnerServed],
    ])('%s', async (_name, check) => {
        await check(await createWorld());

        expect(routes.length).toBeGreaterThan(150);
    });
});
