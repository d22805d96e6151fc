import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { ApifyClient } from 'apify-client';
import { toNodeHandler, type NodeHandler } from 'greenroom/server';
import { describe, expect, it, onTestFinished } from 'vitest';
import { installedActor } from '../support/actors/installed-actor.js';
import { makeEngine } from '../support/make-engine.js';

type Mount = (handle: NodeHandler) => Promise<RequestListener>;

const dependencies = {
    '@koa/bodyparser': '^6',
    express: '^5',
    express4: 'npm:express@^4',
    fastify: '^5',
    koa: '^3',
};

/** Each mounts a handler behind the body parser of a framework. */
const MOUNTS = `
    import express from 'express';
    import express4 from 'express4';
    import fastify from 'fastify';
    import Koa from 'koa';
    import { bodyParser } from '@koa/bodyparser';

    export const express5Json = async (handle) => express().use(express.json(), express.urlencoded({ extended: true }), handle);
    export const express5Text = async (handle) => express().use(express.text({ type: 'application/json' }), handle);
    export const express5Raw = async (handle) => express().use(express.raw({ type: '*/*' }), handle);
    export const express4Json = async (handle) => express4().use(express4.json(), express4.urlencoded({ extended: true }), handle);
    export const express4Prefix = async (handle) => {
        const app = express4().use(express4.json()).use('/prefix', handle);
        return (request, response) => app(Object.assign(request, { url: '/prefix' + request.url }), response);
    };
    const serveFastify = async (route) => {
        const app = fastify();
        // For requests without a JSON body, which Fastify would refuse.
        app.addContentTypeParser('*', (request, payload, done) => done(null));
        app.all('/*', route);
        await app.ready();
        return app.routing;
    };
    export const fastifyRoute = (handle) => serveFastify(handle);
    export const fastifyRaw = (handle) => serveFastify((request, reply) => {
        reply.hijack();
        handle(request.raw, reply.raw);
    });
    export const koa = async (handle) => {
        const app = new Koa().use(bodyParser({ patchNode: true })).use((context) => {
            context.respond = false;
            handle(context.req, context.res);
        });
        return app.callback();
    };`;

const files = { 'package.json': { name: 'frameworks', type: 'module', dependencies }, 'mounts.js': MOUNTS };

describe('the API behind the body parser of a framework', () => {
    it.each([
        ['express5Json', 'decompresses'],
        ['express5Text', 'decompresses'],
        ['express5Raw', 'decompresses'],
        ['express4Json', 'decompresses'],
        ['express4Prefix', 'decompresses'],
        ['fastifyRoute', ''],
        ['fastifyRaw', ''],
        ['koa', 'decompresses'],
    ])('reads bodies: %s', async (name, ability) => {
        const engine = await makeEngine();
        await engine.addActor({ name: 'echo', source: 'export default ({ input }) => ({ input });' });
        const folder = await installedActor(files);
        const mounts = (await import(pathToFileURL(join(folder, 'mounts.js')).href)) as Record<string, Mount>;
        const server = createServer(await mounts[name]!(toNodeHandler(engine.fetch))).listen(0, '127.0.0.1');
        onTestFinished(() => server.close().closeAllConnections());
        await once(server, 'listening');
        const baseUrl = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
        const remote = new ApifyClient({ baseUrl, token: engine.token, maxRetries: 0 });

        const { id } = await remote.datasets().getOrCreate('data');
        await remote.dataset(id).pushItems([{ text: 'ž' }]);
        const run = await remote.actor('echo').call({ a: 1 });
        const withoutInput = await remote.actor('echo').call();
        if (ability === 'decompresses') {
            const headers = {
                authorization: `Bearer ${engine.token}`,
                'content-encoding': 'gzip',
                'content-type': 'application/json',
            };
            await fetch(`${baseUrl}/v2/datasets/${id}/items`, { method: 'POST', body: gzipSync('[{"n":1}]'), headers });
        }

        const { items } = await engine.client.dataset(id).listItems();
        expect(items).toEqual([{ text: 'ž' }, ...(ability === '' ? [] : [{ n: 1 }])]);
        expect(await engine.run(run.id)?.output()).toEqual({ input: { a: 1 } });
        expect(await engine.run(withoutInput.id)?.output()).toEqual({ input: null });
    });
});
