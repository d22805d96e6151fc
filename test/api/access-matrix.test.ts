import { describe, expect, it } from 'vitest';
import {
    expectAnonymousRefused,
    expectOthersRefused,
    expectOwnerServed,
    expectSignaturesLimited,
    expectWrongTokensRefused,
} from '../support/api/access-checks.js';
import { createWorld, routes, type Route } from '../support/api/access-world.js';

const FORMS = ['id', 'username~name', 'default build'];

/** All routes, by id and in one form of the name; `test/compat` has the other forms. Both collections of Actors have the same routes. */
function isChecked({ path }: Route, form: string): boolean {
    return FORMS.includes(form) && !path.startsWith('/v2/actors/');
}

describe('the access to the resources of a user', () => {
    it('is given to the user and by what is shared, and to no one else, on every route', async () => {
        expect(routes.length).toBeGreaterThan(150);
        const world = await createWorld();

        await expectAnonymousRefused(world, (route, form) => isChecked(route, form) || form.endsWith('missing'));
        await expectOthersRefused(world, isChecked);
        await expectOwnerServed(world, isChecked);
        await expectSignaturesLimited(world, ({ path }, form) => form === 'id' && SHARED.test(path));
        await expectWrongTokensRefused(world, ({ method }, form) => form === 'id' && method === 'GET');
    });
});

const SHARED = /^\/v2\/(?:datasets|key-value-stores)\//;
