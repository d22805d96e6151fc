import { describe, expect, it } from 'vitest';
import { recordKind } from '../../../src/console/storage/records/record.js';

describe('a record of a type', () => {
    it.each([
        ['application/json; charset=utf-8', 'json'],
        ['application/ld+json', 'json'],
        ['image/png', 'image'],
        ['image/svg+xml', 'image'],
        ['TEXT/HTML;charset=utf-8', 'html'],
        ['text/plain', 'text'],
        ['text/csv', 'text'],
        ['application/xml', 'text'],
        ['application/rss+xml', 'text'],
        ['application/pdf', 'binary'],
        ['application/octet-stream', 'binary'],
        ['application/zip', 'binary'],
        ['', 'binary'],
    ] as const)('%s is looked at as %s', (type, kind) => {
        expect(recordKind(type)).toBe(kind);
    });
});
