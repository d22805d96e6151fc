import { describe, expect, it } from 'vitest';
import { notThere } from '../../../src/cli/find/not-there.js';

const messageOf = (reference: string, ...names: string[]): string =>
    notThere(
        'dataset',
        reference,
        names.map((name, index) => ({ id: `id${index}`, name })),
        'dataset ls',
    ).message;

describe('an id or name that nothing has', () => {
    it('is met with the nearest one', () => {
        expect(messageOf('produts', 'pages', 'products')).toBe(
            'There is no dataset `produts`. Did you mean `products`? See all with `greenroom dataset ls`.',
        );
    });

    it('is met with all there are, if they are few', () => {
        expect(messageOf('nothing', 'a', 'b')).toBe('There is no dataset `nothing`. There is `a`, `b`.');
    });

    it('is met with some, if they are many', () => {
        expect(messageOf('nothing', 'a', 'b', 'c', 'd', 'e', 'f')).toBe(
            'There is no dataset `nothing`. There are, among others, `a`, `b`, `c`, `d`, `e`. See all with `greenroom dataset ls`.',
        );
    });

    it('is told to be the first, if there is none', () => {
        expect(messageOf('nothing')).toBe('There is no dataset `nothing`. There are no datasets here yet.');
    });

    it('is not taken for a near one, if it is a letter or two', () => {
        expect(messageOf('x', 'a')).not.toContain('Did you mean');
    });
});
