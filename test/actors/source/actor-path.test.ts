import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { resolveActorPath } from '../../../src/actors/source/actor-path.js';
import { actorFolder } from './actor-folder.js';

const FILES = { 'my-actor/main.js': '', 'single.mjs': '', 'notes.txt': '' };
const refusal = (part: string) =>
    expect.objectContaining({ code: 'actor-source-invalid', message: expect.stringContaining(part) });

describe('the path of an Actor', () => {
    it.each([
        ['a relative folder', './my-actor', 'folder', 'my-actor'],
        ['a folder with a slash', 'my-actor/', 'folder', 'my-actor'],
        ['a module', 'single.mjs', 'module', 'single.mjs'],
    ])('may be %s', async (_, text, type, name) => {
        const from = await actorFolder(FILES);

        expect(resolveActorPath(text, from)).toEqual({ type, path: join(from, name) });
    });

    it('may be absolute, or a file URL', async () => {
        const from = await actorFolder(FILES);
        const path = join(from, 'my-actor');

        expect(resolveActorPath(path, '/')).toEqual({ type: 'folder', path });
        expect(resolveActorPath(pathToFileURL(path).href, '/')).toEqual({ type: 'folder', path });
    });

    it.each([
        ['./my-acter', 'Did you mean `my-actor`?'],
        ['./single', 'Did you mean `single.mjs`?'],
        ['./quite-another', 'The folder contains my-actor, notes.txt, single.mjs.'],
        ['./my-acter/src/main.js', '`my-acter` does not exist in'],
        ['./notes.txt', 'is not an Actor. Use'],
        ['file:///%zz', 'is not the URL of a local file'],
        ['console.log(1);\nconsole.log(2);', 'use { name, source }'],
        ['', 'must be a path'],
    ])('is refused: %j', async (text, message) => {
        const from = await actorFolder(FILES);

        expect(() => resolveActorPath(text, from)).toThrow(refusal(message));
    });
});
