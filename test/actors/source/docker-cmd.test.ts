import { describe, expect, it } from 'vitest';
import { parseDockerCommands } from '../../../src/actors/source/start-command.js';

describe('the last CMD of a Dockerfile', () => {
    it.each([
        ['in JSON form', 'FROM node\nCMD ["node", "src/main.js"]', [['node', 'src/main.js']]],
        ['in shell form', 'FROM node\nCMD node src/main.js', [['node', 'src/main.js']]],
        ['of several', 'CMD ["a"]\nFROM x\nCMD ["b"]', [['b']]],
        ['over two lines', 'CMD node \\\n  main.js', [['node', 'main.js']]],
        ['after a comment', '# CMD ["a"]\ncmd npm start --silent\n', [['npm', 'start', '--silent']]],
        ['with Windows line ends', 'FROM x\r\nCMD ["node", "main.js"]\r\n', [['node', 'main.js']]],
        ['of two commands', 'CMD ./xvfb.sh && npm start', [['./xvfb.sh'], ['npm', 'start']]],
        ['that is broken JSON', 'CMD ["node", main.js]', [['[node,', 'main.js]']]],
    ])('is found %s', (_, dockerfile, commands) => {
        expect(parseDockerCommands(dockerfile)).toEqual(commands);
    });

    it('comes after the words of an ENTRYPOINT', () => {
        expect(parseDockerCommands('ENTRYPOINT ["node"]\nCMD ["main.js"]')).toEqual([['node', 'main.js']]);
    });

    it('is ignored beside an ENTRYPOINT in shell form', () => {
        expect(parseDockerCommands('ENTRYPOINT node main.js\nCMD ["other.js"]')).toEqual([['node', 'main.js']]);
    });

    it('may be missing', () => {
        expect(parseDockerCommands('FROM apify/actor-node:22\nCOPY . ./')).toEqual([]);
    });
});
