import { describe, expect, it } from 'vitest';
import { fileUrlOf, isOwnScript } from '../../../src/worker/coverage/counters.js';

const ACTOR = { directory: '/home/me/actors/mine' };
const OWN_FILE = new URL('../../../src/worker/coverage/counters.ts', import.meta.url).href;

describe('a covered script', () => {
    it.each([
        ['in the folder of the Actor', 'file:///home/me/actors/mine/src/main.js', true],
        ['in a shared folder next to it', 'file:///home/me/actors/shared/helper.js', true],
        ['loaded again', 'file:///home/me/actors/mine/main.js?evaluation=2', true],
        ['a package of the Actor', 'file:///home/me/actors/mine/node_modules/got/index.js', false],
        ['a package for several Actors', 'file:///home/me/actors/node_modules/got/index.js', false],
        ['a part of Node', 'node:fs', false],
        ['evaluated, without a file', '', false],
        ['a part of the engine', OWN_FILE, false],
    ])("is classified as the Actor's own or not: %s", (_where, url, isOwn) => {
        expect(isOwnScript(url, ACTOR)).toBe(isOwn);
    });

    it("is the Actor's own if the Actor itself is a package", () => {
        const directory = '/home/me/node_modules/an-actor';

        expect(isOwnScript(`file://${directory}/main.js`, { directory })).toBe(true);
        expect(isOwnScript(`file://${directory}/node_modules/got/index.js`, { directory })).toBe(false);
    });

    it('is named by its file, however many times it was loaded', () => {
        expect(fileUrlOf('file:///a/main.ts?evaluation=1#part')).toBe('file:///a/main.ts');
    });
});
