import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { damageEach, DAMAGES, setDamageScene, type Damage, type DamageScene } from '../support/files/corrupt-file.js';

let scene: DamageScene;

beforeAll(async () => {
    scene = await setDamageScene();
});

afterAll(() => rmSync(scene.template, { recursive: true, force: true }));

describe('a file of a storage directory', () => {
    it.each(Object.keys(DAMAGES) as Damage[])('hurts nothing but what it is about when it %s', async (damage) => {
        expect(await damageEach(scene, damage)).toEqual([]);
    });
});
