import { describe, expect, it } from 'vitest';
import { notFoundError } from '../../src/cli/backend/resolve.js';

const messageOf = (reference: string, ...names: string[]): string =>
    notFoundError(
        'dataset',
        reference,
        names.map((name, index) => ({ id: `id${index}`, name })),
        'dataset list',
    ).message;

describe('An unknown id or name', () => {
    it('is reported with the nearest one', () => {
        expect(messageOf('produts', 'pages', 'products')).toBe(
            'No dataset has the id or name `produts`. Did you mean `products`? List them with `greenroom dataset list`.',
        );
    });

    it('is reported with all existing ones, if few', () => {
        expect(messageOf('nothing', 'a', 'b')).toBe('No dataset has the id or name `nothing`. Existing: `a`, `b`.');
    });

    it('is reported with some, if many', () => {
        expect(messageOf('nothing', 'a', 'b', 'c', 'd', 'e', 'f')).toBe(
            'No dataset has the id or name `nothing`. Existing: `a`, `b`, `c`, `d`, `e` and 1 more. List them with `greenroom dataset list`.',
        );
    });

    it('is reported as the first without existing ones', () => {
        expect(messageOf('nothing')).toBe('No dataset has the id or name `nothing`. No datasets exist yet.');
    });

    it('gets no suggestion if it has one or two letters', () => {
        expect(messageOf('x', 'a')).not.toContain('Did you mean');
    });
});
