import { describe, expect, it } from 'vitest';
import { Query } from '../../../src/api/query.js';

describe('a query', () => {
    it.each(['a=1&b=2', 'a', 'a=', '=1', 'a=1=2', '&&a=1&', 'a=1&a=2', 'a=%31', 'a=x+y', 'a=ž&b', '%61=1', 'a=%', ''])(
        'is read as a URL has it: %s',
        (text) => {
            const params = new URLSearchParams(text);
            const query = new Query(text);

            for (const name of ['a', 'b', '']) expect(query.text(name)).toBe(params.get(name) || undefined);
        },
    );
});
