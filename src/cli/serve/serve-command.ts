import { dirname } from 'node:path';
import { statSync } from 'node:fs';
import { EngineError } from '../../errors/engine-error.js';
import { leaveServerNote, readServerNote } from '../api/server-note.js';
import { Interrupts } from '../interrupts.js';
import { registerOnce } from '../known-actors.js';
import { openEngine } from '../open-engine.js';
import { importStorage } from '../run/import-storage.js';
import { makeStorageDir, storageDirOf } from '../storage-dir.js';
import { formatCount } from '../terminal/units.js';
import { findActorFolders } from './find-folders.js';
import { lastingToken } from './lasting-token.js';
import { listenSomewhere } from './listen-somewhere.js';
import { openBrowser } from './open-browser.js';
import { RunFeed } from './run-feed.js';
import { readEngineOptions, readListenOptions } from './serve-options.js';
import type { Actor } from '../../model/actor.js';
import type { CommandCall } from '../command.js';
import type { Engine } from '../../engine/engine.js';
import type { FollowedActor } from './followed-actor.js';
import type { Output } from '../terminal/output.js';

/** What a server of the command line has. */
interface Served {
    readonly call: CommandCall;
    readonly engine: Engine;
    readonly directory: string;
    /** Where it tells of what happens. */
    readonly output: Output;
    readonly feed: RunFeed | undefined;
}

/** `greenroom dev`. */
export async function dev(call: CommandCall): Promise<number> {
    return serveActors(call, followAll);
}

/** `greenroom serve`. */
export async function serve(call: CommandCall): Promise<number> {
    return serveActors(call, async (served, paths) => {
        for (const path of paths) await register(served, path);
        return [];
    });
}

type Bringing = (served: Served, paths: readonly string[]) => Promise<readonly FollowedActor[]>;

async function serveActors(call: CommandCall, bringIn: Bringing): Promise<number> {
    const { words, terminal, env, cwd } = call;
    const paths = findActorFolders(words.args, cwd);
    const engineOptions = readEngineOptions(call);
    const listenOptions = readListenOptions(call);
    const directory = storageDirOf(call);
    refuseSecond(directory);
    makeStorageDir(directory);
    const token = words.text('token') ?? (env['GREENROOM_TOKEN'] || lastingToken(directory));
    const interrupts = new Interrupts();
    const isJson = words.command === 'serve' && words.flag('json');
    const output = isJson ? terminal.err : terminal.out;
    const engine = await openEngine(call, { ...engineOptions, storageDir: directory, token });
    const served: Served = {
        call,
        engine,
        directory,
        output,
        feed: words.flag('quiet') ? undefined : new RunFeed(engine, output),
    };
    let removeNote = (): void => {};
    let followed: readonly FollowedActor[] = [];
    try {
        const listener = await listenSomewhere(engine, listenOptions);
        removeNote = leaveServerNote(directory, { url: listener.url, token });
        followed = await bringIn(served, paths);
        const console = `${listener.url}/#token=${encodeURIComponent(token)}`;
        if (isJson) terminal.json({ url: listener.url, token, console, storage: directory, pid: process.pid });
        else await greet(served, console);
        await interrupts.asked;
        await close(served, followed, interrupts);
        return 0;
    } finally {
        removeNote();
        for (const one of followed) await one.close();
        await engine.close({ force: true });
        interrupts.stop();
    }
}

/** Of two servers, the second would find the directory in use; it is better to know where the first one is. */
function refuseSecond(directory: string): void {
    const note = readServerNote(directory);
    if (note === undefined) return;
    const message =
        `There is a server of the storage directory \`${directory}\` already, at ${note.url}/#token=${note.token}. ` +
        'Use that one, end it first, or give this one another directory: --storage DIR.';
    throw new EngineError('storage-in-use', message, { details: { directory, url: note.url } });
}

async function register({ engine, directory, feed, output }: Served, path: string): Promise<Actor> {
    const actor = await registerOnce(engine, directory, path);
    feed?.know(actor);
    const imported = await importStorage(engine, folderOf(path));
    if (imported !== undefined) output.line(imported);
    return actor;
}

async function followAll(served: Served, paths: readonly string[]): Promise<readonly FollowedActor[]> {
    const { FollowedActor } = await import('./followed-actor.js');
    const { output, directory, engine } = served;
    const all = paths.map(
        (path) =>
            new FollowedActor({
                path,
                folder: folderOf(path),
                output,
                ignored: [directory],
                register: () => register(served, path),
            }),
    );
    for (const one of all) await one.open();
    let going = 0;
    const count = (by: number): void => {
        going += by;
        for (const one of all) one.setBusy(going > 0);
    };
    engine.on('run.created', () => count(1));
    engine.on('run.finished', () => count(-1));
    return all;
}

async function greet({ call, engine, output, directory }: Served, console: string): Promise<void> {
    const { items } = await engine.client.actors().list();
    const names = items.map(({ name }) => name);
    output.line(
        `${output.paint('bold', 'greenroom')} serves ${names.length === 0 ? 'no Actors yet' : `${formatCount(names.length, 'Actor')}: ${names.join(', ')}`}`,
    );
    output.line(`  Console  ${output.paint('cyan', console)}`);
    output.line(`  API      ${new URL(console).origin}/v2`);
    output.line(`  Storage  ${directory}`);
    if (names.length === 0)
        output.line('  Begin one with `greenroom init NAME`, then start this anew with its folder.');
    output.line(output.paint('dim', '  Ctrl+C closes it.'));
    if (call.words.command !== 'dev' || !call.words.flag('open')) return;
    if (!(await openBrowser(console))) output.line('No browser was found; open the link yourself.');
}

/** Says what it waits for; whoever asks a second time does not want to wait. */
async function close(
    { engine, output }: Served,
    followed: readonly FollowedActor[],
    interrupts: Interrupts,
): Promise<void> {
    const { total } = await engine.client.runs().list({ status: ['READY', 'RUNNING'], limit: 1 });
    const waiting = total === 0 ? '' : ` Waiting for ${formatCount(total, 'run')} to end; Ctrl+C again ends at once.`;
    output.line(`\nClosing.${waiting}`);
    const closing = engine.close();
    interrupts.listen((interruption) => {
        if (interruption === 'second') void engine.close({ force: true });
    });
    for (const one of followed) await one.close();
    await closing;
}

function folderOf(path: string): string {
    return statSync(path).isDirectory() ? path : dirname(path);
}
