import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FileChangeDetector } from '../../../src/actors/source/file-change-detector.js';
import { actorFolder } from './actor-folder.js';

async function readText(text: string): Promise<unknown> {
    const directory = await actorFolder({ 'actor.json': text });
    return new FileChangeDetector().readJson(join(directory, 'actor.json'));
}

describe('a JSON file', () => {
    it('may begin with a byte order mark', async () => {
        expect(await readText('\uFEFF{ "a": [1, -2.5e3, "\\u00e4\\n", true, null, {}] }')).toEqual({
            a: [1, -2500, 'ä\n', true, null, {}],
        });
    });

    it('may be missing', async () => {
        expect(await new FileChangeDetector().readJson('/nowhere/actor.json')).toBeUndefined();
    });

    it.each([
        ['a comma too many', '{\n    "a": 1,\n}', '3:1', "unexpected '}'"],
        ['a missing comma', '{\n    "a": 1\n    "b": 2\n}', '3:5', `unexpected '"'`],
        ['a comment', '// hello\n{}', '1:1', "unexpected '/'"],
        ['single quotes', "{ 'a': 1 }", '1:3', "unexpected '''"],
        ['a half word', '{"a": tru}', '1:7', "unexpected 't'"],
        ['an array left open', '{"a": [1, 2', '1:12', 'unexpected end'],
        ['nothing in it', '', '1:1', 'unexpected end'],
        ['more after its end', '{}\n}', '2:1', "unexpected '}'"],
        ['a raw line break in a text', '{"a": "x\ny"}', '1:7', `unexpected '"'`],
    ])('with %s is refused with line and column', async (_, text, place, what) => {
        await expect(readText(text)).rejects.toMatchObject({
            code: 'actor-source-invalid',
            message: expect.stringContaining(`actor.json:${place} is not valid JSON: ${what}`),
        });
    });

    it.each(['[]', '"x"', '7', 'null'])('that holds %s is refused', async (text) => {
        await expect(readText(text)).rejects.toMatchObject({
            code: 'actor-source-invalid',
            message: expect.stringContaining('must contain a JSON object'),
        });
    });
});
