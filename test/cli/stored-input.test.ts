import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readStoredInput } from '../../src/cli/run/run-input.js';
import { tempDir } from '../support/files/temp-dir.js';

it.each([
    ['{"n": 12345678901234567890}', '{"n": 12345678901234567890}'],
    ["{ // comment\n url: 'https://example.com', }", '{\n  "url": "https://example.com"\n}'],
    ['  ', undefined],
])('the stored input %j is read as %j', async (content, expected) => {
    const folder = await tempDir();
    const parent = join(folder, 'storage', 'key_value_stores', 'default');
    await mkdir(parent, { recursive: true });
    await writeFile(join(parent, 'INPUT.json'), content);

    expect(readStoredInput(folder)?.text).toBe(expected);
});

it('a stored input that is not JSON5 either is refused', async () => {
    const folder = await tempDir();
    const parent = join(folder, 'storage', 'key_value_stores', 'default');
    await mkdir(parent, { recursive: true });
    await writeFile(join(parent, 'INPUT.json'), '{');

    expect(() => readStoredInput(folder)).toThrow('INPUT.json');
});
