import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findEntry } from '../../../src/actors/source/actor-entry.js';
import { FileChangeDetector } from '../../../src/actors/source/file-change-detector.js';
import { actorFolder, type Files } from './actor-folder.js';

const ACTOR = 'actors/a';

/** Finds the entry of an Actor in a monorepo. Returns its file and working directory, relative to the root. */
async function entryOf(dockerfile: string, files: Files = {}, context: unknown = '../../..') {
    const root = await actorFolder({
        'package.json': { scripts: { start: 'node root.js' } },
        'root.js': '',
        [`${ACTOR}/package.json`]: { name: '@my/a', scripts: { start: 'node src/main.js' } },
        [`${ACTOR}/src/main.js`]: '',
        [`${ACTOR}/src/other.js`]: '',
        [`${ACTOR}/.actor/actor.json`]: { dockerfile: '../../../shared/Dockerfile', dockerContextDir: context },
        'shared/Dockerfile': dockerfile,
        ...files,
    });
    const { file, directory } = await findEntry(new FileChangeDetector(), join(root, ACTOR));
    return [relative(root, file), relative(root, directory)];
}

describe('the entry of an Actor with dockerContextDir', () => {
    it.each([
        [
            'a script of the workspace',
            'ARG ACTOR_PATH_IN_DOCKER_CONTEXT\nCMD npm run -w "${ACTOR_PATH_IN_DOCKER_CONTEXT}" start',
        ],
        ['a script of the workspace by its name', 'CMD npm start -w @my/a'],
        ['a script of the folder', 'CMD ["npm", "start", "--prefix", "actors/a"]'],
        ['a script after cd', 'CMD cd actors/a && npm start'],
        ['a script in the working directory', 'WORKDIR /usr/src/app/actors/a\nCMD npm start'],
        ['a module in the working directory', 'WORKDIR /home/myuser\nWORKDIR actors/a\nCMD node src/main.js'],
        ['a script, if the image has only the Actor', 'COPY actors/a ./\nCMD npm start'],
    ])('is found for %s', async (_, dockerfile) => {
        expect(await entryOf(dockerfile)).toEqual([`${ACTOR}/src/main.js`, ACTOR]);
    });

    it.each([
        ['CMD node actors/a/src/other.js', `${ACTOR}/src/other.js`],
        ['WORKDIR /opt/x\nCMD node /opt/x/actors/a/src/other.js', `${ACTOR}/src/other.js`],
        ['CMD ["node", "/usr/src/app/root.js"]', 'root.js'],
    ])('runs in the context if its path is relative to it: %s', async (dockerfile, file) => {
        expect(await entryOf(dockerfile)).toEqual([file, '']);
    });

    it('is refused if the context does not exist', async () => {
        await expect(entryOf('CMD npm start', {}, '../nowhere')).rejects.toMatchObject({
            code: 'actor-source-invalid',
            message: expect.stringContaining('dockerContextDir'),
        });
    });
});
