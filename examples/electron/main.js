/*
 * An Electron app that runs Actors. Its page calls the engine by `fetch('/v2/…')` of a custom scheme, without opening a socket.
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
    // All data is written here.
    storageDir: join(app.getPath('userData'), 'storage'),
    // The engine's proxy would listen on loopback.
    proxy: false,
});
// Worker threads cannot read from the archive; `asarUnpack` unpacks the Actor's files.
await engine.addActor(join(HERE, 'my-actor').replace('app.asar', 'app.asar.unpacked'));

protocol.handle('apify', (request) => {
    if (!new URL(request.url).pathname.startsWith('/v2/'))
        return net.fetch(pathToFileURL(join(HERE, 'page.html')).href);
    // The page has no token. Its requests act as the user of this app.
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
