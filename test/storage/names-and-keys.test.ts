import { describe, expect, it } from 'vitest';
import { requestId } from '../../src/storage/request-queue/validate-request.js';

describe('the id of a request', () => {
    // Ids that Crawlee's memory storage has created.
    it.each([
        ['key', 'LHDhK3oGRvkiefQ'],
        ['https://example.com/ä?x=1', 'J8CvQ61T66Ab1yq'],
    ])('of %s is that of the platform', (uniqueKey, id) => {
        expect(requestId(uniqueKey)).toBe(id);
    });
});
