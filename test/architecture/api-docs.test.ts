import { describe, expect, it } from 'vitest';
import { renderApiDocs } from '../support/docs/api-docs.js';

/*
 * The page is written from the table of operations, which is held against the engine itself. After a change of the table:
 * `npx vitest run --config test/.vitest.config.ts test/architecture/api-docs.test.ts -u`.
 */
describe('docs/reference/api.md', () => {
    it('says what the table of operations says', async () => {
        await expect(renderApiDocs()).toMatchFileSnapshot('../../docs/reference/api.md');
    });
});
