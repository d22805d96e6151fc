/*
 * An app for Electron whose Actors run in it: the page asks the engine by `fetch('/v2/…')` of its own scheme, and no socket is opened.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { app, BrowserWindow, net, protocol } from 'electron';
import { createEngine } from 'greenroom';

const HERE = import.meta.dirname;

protocol.registerSchemesAsPrivileged([
    { scheme: 'apify', privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } },
]);
await app.whenReady();

const engine = await createEngine({
    // The only place that anything is written to.
    storageDir: join(app.getPath('userData'), 'storage'),
    // The stand-in for Apify Proxy would listen on loopback.
    proxy: false,
});
// Threads read an Actor's files by themselves: they are unpacked from the archive, see `asarUnpack`.
await engine.addActor(join(HERE, 'my-actor').replace('app.asar', 'app.asar.unpacked'));

protocol.handle('apify', (request) => {
    if (!new URL(request.url).pathname.startsWith('/v2/'))
        return net.fetch(pathToFileURL(join(HERE, 'page.html')).href);
    // The page has no token, and needs none: whatever it asks, it asks as the user of this app.
    const headers = new Headers(request.headers);
    headers.set('authorization', `Bearer ${engine.token}`);
    return engine.fetch(new Request(request, { headers }));
});

app.on('window-all-closed', () => app.quit());
app.on('before-quit', (event) => {
    event.preventDefault();
    void engine.close().then(() => app.exit());
});
await new BrowserWindow({ width: 800, height: 600 }).loadURL('apify://engine/');
