import { describe, expect, it } from 'vitest';
import { pathOf, queryOf } from '../../../src/api/path.js';
import { RouteTree } from '../../../src/api/route-tree.js';
import { routes } from '../../../src/api/routes.js';

const METHODS = ['GET', 'POST', 'PUT', 'DELETE'];

/** A tree whose handlers can be told apart, and what it finds: the route and its parameters. */
function treeOf(...names: string[]) {
    const handlers = new Map(names.map((name) => [name, async () => new Response(name)]));
    const tree = new RouteTree(Object.fromEntries(handlers), METHODS);
    return {
        tree,
        find(method: string, path: string): [route: string, params: object] | undefined {
            const found = tree.find(method, path);
            return found && [names.find((name) => handlers.get(name) === found.handle)!, found.params];
        },
    };
}

describe('a tree of routes', () => {
    it('finds each route of the API by its own path', () => {
        const { find } = treeOf(...Object.keys(routes));

        for (const route of Object.keys(routes)) {
            const [method = '', path = ''] = route.split(' ');
            const own = path.replaceAll(/:\w+(\{\.\+\})?/g, 'something');

            expect(find(method === 'ALL' ? 'PUT' : method, own)?.[0]).toBe(route);
        }
    });

    it('prefers a fixed part, unless it leads nowhere', () => {
        const { find } = treeOf('GET /a/:id', 'POST /a/batch', 'GET /a/:id/b', 'GET /a/batch/c');

        expect(find('POST', '/a/batch')).toEqual(['POST /a/batch', {}]);
        expect(find('GET', '/a/batch')).toEqual(['GET /a/:id', { id: 'batch' }]);
        expect(find('GET', '/a/batch/b')).toEqual(['GET /a/:id/b', { id: 'batch' }]);
        expect(find('GET', '/a/batch/c')).toEqual(['GET /a/batch/c', {}]);
    });

    it('decodes what is encoded, once, and leaves what is not as it is', () => {
        const { find } = treeOf('GET /items/:a/:b');

        expect(find('GET', '/items/x%2Fy/%C5%BE')?.[1]).toEqual({ a: 'x/y', b: 'ž' });
        expect(find('GET', '/it%65ms/%2541/a+b')?.[1]).toEqual({ a: '%41', b: 'a+b' });
        expect(find('GET', '/items/50%/a%20b%E0%A4%A')?.[1]).toEqual({ a: '50%', b: 'a b%E0%A4%A' });
    });

    it('takes one slash at the end for none, and no empty part for a name', () => {
        const { find } = treeOf('GET /items', 'GET /items/:id');

        expect(find('GET', '/items/')).toEqual(['GET /items', {}]);
        expect(find('GET', '/items/a/')).toEqual(['GET /items/:id', { id: 'a' }]);
        expect(find('GET', '/items//')).toBeUndefined();
        expect(find('GET', '/')).toBeUndefined();
    });

    it('gives all that is left to the name that takes it', () => {
        const { find } = treeOf('GET /records', 'GET /records/:key{.+}');

        expect(find('GET', '/records/a/b%2Fc')).toEqual(['GET /records/:key{.+}', { key: 'a/b/c' }]);
        expect(find('GET', '/records/')).toEqual(['GET /records', {}]);
    });

    it('knows the methods of a path, and no words of prototypes', () => {
        const { tree, find } = treeOf('GET /a/:id', 'PUT /a/:id', 'ALL /b');

        expect(tree.methodsOf('/a/x')).toEqual(['GET', 'PUT']);
        expect(tree.methodsOf('/b')).toEqual(METHODS);
        expect(tree.methodsOf('/constructor')).toEqual([]);
        expect(find('GET', '/a/__proto__')?.[1]).toEqual({ id: '__proto__' });
    });
});

describe('the path and the query of a URL', () => {
    it.each([
        ['http://host/a/b', '/a/b', ''],
        ['http://host/a?b=/c?d', '/a', 'b=/c?d'],
        ['http://host/a?b#c', '/a', 'b'],
        ['http://host/a#b?c', '/a', ''],
        ['app://engine/a?b', '/a', 'b'],
        ['http://host', '/', ''],
    ])('are as the URL says: %s', (url, path, query) => {
        expect([pathOf(url), queryOf(url)]).toEqual([path, query]);
    });
});
