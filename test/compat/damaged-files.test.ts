import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
    corruptEach,
    CORRUPTIONS,
    createCorruptionFixture,
    type Corruption,
    type CorruptionFixture,
} from '../support/files/corrupt-file.js';

let scene: CorruptionFixture;

beforeAll(async () => {
    scene = await createCorruptionFixture();
});

afterAll(() => rmSync(scene.template, { recursive: true, force: true }));

describe('a file of a storage directory', () => {
    it.each(Object.keys(CORRUPTIONS) as Corruption[])('affects only its own data if it %s', async (damage) => {
        expect(await corruptEach(scene, damage)).toEqual([]);
    });
});
