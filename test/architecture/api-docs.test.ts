import { describe, expect, it } from 'vitest';
import { renderApiDocs } from '../support/docs/api-docs.js';

/*
 * The page is generated from the table of operations, which other tests compare with the engine. After changing the table, run
 * `npx vitest run --config test/.vitest.config.ts test/architecture/api-docs.test.ts -u`.
 */
describe('docs/reference/api.md', () => {
    it('matches the table of operations', async () => {
        await expect(renderApiDocs()).toMatchFileSnapshot('../../docs/reference/api.md');
    });
});
