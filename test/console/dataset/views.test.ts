import { describe, expect, it } from 'vitest';
import { viewsOf } from '../../../src/console/storage/dataset/items.js';

describe('the views of a dataset', () => {
    it('are read from its schema', () => {
        const schema = {
            views: {
                overview: {
                    title: 'Overview',
                    transformation: { fields: ['url', 'price'] },
                    display: { component: 'table', properties: { url: { label: 'Page', format: 'link' }, price: {} } },
                },
                bare: {},
            },
        };

        expect(viewsOf(schema)).toEqual([
            {
                name: 'overview',
                title: 'Overview',
                fields: ['url', 'price'],
                columns: new Map([
                    ['url', { field: 'url', label: 'Page', format: 'link' }],
                    ['price', { field: 'price', label: 'price' }],
                ]),
            },
            { name: 'bare', title: 'bare', fields: [], columns: new Map() },
        ]);
    });

    it('have the order of their display properties without selected fields', () => {
        const schema = { views: { all: { display: { properties: { b: {}, a: {} } } } } };

        expect(viewsOf(schema)[0]?.fields).toEqual(['b', 'a']);
    });

    it.each([undefined, null, 'text', { views: [] }, { views: { x: null } }, { views: { x: { display: 3 } } }])(
        'of a schema like %j throw nothing',
        (schema) => {
            for (const view of viewsOf(schema)) expect(view.fields).toEqual([]);
        },
    );
});
