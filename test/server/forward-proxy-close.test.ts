import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../support/docs/source-files.js';
import { makeProxy } from './make-proxy.js';
import { makeTarget, makeTcpTarget } from './make-target.js';
import { askForTunnel, dial, open, read, send } from './send.js';

/** Leaves a tunnel, a connection that is kept alive and one that says nothing, and prints what is open. */
const LEAVES_THINGS_OPEN = `
    import { once } from 'node:events';
    import { Agent, createServer, request } from 'node:http';
    import { connect } from 'node:net';
    import { startForwardProxy } from './src/server/forward-proxy.ts';

    const target = createServer((_, response) => response.end('ok')).listen(0, '127.0.0.1').unref();
    target.on('connection', (socket) => socket.unref());
    await once(target, 'listening');
    const { hostname, port } = await startForwardProxy({ password: 'x' });
    const headers = { 'Proxy-Authorization': 'Basic ' + Buffer.from('auto:x').toString('base64') };
    const authority = 'localhost:' + target.address().port;

    const silent = connect(port, hostname);
    await once(silent, 'connect');
    const [tunnel, socket] = await once(
        request({ hostname, port, method: 'CONNECT', path: authority, headers }).end(), 'connect');
    const kept = request({ hostname, port, path: 'http://' + authority, headers, agent: new Agent({ keepAlive: true }) });
    const [answer] = await once(kept.end(), 'response');
    answer.resume();
    await once(answer, 'end');
    console.log(tunnel.statusCode, answer.statusCode);
    for (const left of [silent, socket, kept.socket]) left.unref();
`;

describe('Closing the proxy', () => {
    it('ends tunnels, requests and connections immediately, on both sides', async () => {
        const proxy = await makeProxy();
        const tcpTarget = await makeTcpTarget(() => {});
        const target = await makeTarget();
        const tunnelled = once(tcpTarget.server, 'connection');
        const asked = once(target.server, 'request');
        const tunnel = await dial(proxy);
        await askForTunnel(tunnel, `127.0.0.1:${tcpTarget.port}`);
        const idle = await dial(proxy);
        const answer = read(open(proxy, target.url).end());
        answer.catch(() => {});
        const [[tunnelEnd], [, response]] = await Promise.all([tunnelled, asked]);
        const ends = [tunnel, idle, tunnelEnd, response].map((end) => once(end, 'close'));
        for (const socket of [tunnel, idle, tunnelEnd]) socket.resume().on('end', () => socket.end());

        await proxy.close();

        await Promise.all(ends);
        await expect(answer).rejects.toThrow('socket hang up');
        await expect(send(proxy, target.url)).rejects.toThrow('ECONNREFUSED');
    });

    it('can be done twice', async () => {
        const proxy = await makeProxy();

        await Promise.all([proxy.close(), proxy.close()]);

        await expect(proxy.close()).resolves.toBeUndefined();
    });
});

describe('An open proxy', () => {
    it('does not keep its process alive, nor do its connections', async () => {
        const args = ['--import', 'tsx', '--input-type=module', '--eval', LEAVES_THINGS_OPEN];

        const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd: ROOT, timeout: 15_000 });

        expect([stdout, stderr]).toEqual(['200 200\n', '']);
    });
});
