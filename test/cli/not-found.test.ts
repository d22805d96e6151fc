import { describe, expect, it } from 'vitest';
import { notFoundError } from '../../src/cli/backend/resolve.js';

const messageOf = (reference: string, ...names: string[]): string =>
    notFoundError(
        'dataset',
        reference,
        names.map((name, index) => ({ id: `id${index}`, name })),
        'dataset list',
    ).message;

describe('an id or name that nothing has', () => {
    it('is met with the nearest one', () => {
        expect(messageOf('produts', 'pages', 'products')).toBe(
            'No dataset has the id or name `produts`. Did you mean `products`? List them with `greenroom dataset list`.',
        );
    });

    it('is met with all there are, if they are few', () => {
        expect(messageOf('nothing', 'a', 'b')).toBe('No dataset has the id or name `nothing`. Existing: `a`, `b`.');
    });

    it('is met with some, if they are many', () => {
        expect(messageOf('nothing', 'a', 'b', 'c', 'd', 'e', 'f')).toBe(
            'No dataset has the id or name `nothing`. Existing: `a`, `b`, `c`, `d`, `e` and 1 more. List them with `greenroom dataset list`.',
        );
    });

    it('is told to be the first, if there is none', () => {
        expect(messageOf('nothing')).toBe('No dataset has the id or name `nothing`. No datasets exist yet.');
    });

    it('is not taken for a near one, if it is a letter or two', () => {
        expect(messageOf('x', 'a')).not.toContain('Did you mean');
    });
});
