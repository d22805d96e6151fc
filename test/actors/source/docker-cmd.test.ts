import { describe, expect, it } from 'vitest';
import { parseDockerfile } from '../../../src/actors/source/dockerfile.js';

const wordsOf = (dockerfile: string) => parseDockerfile(dockerfile).commands.map(({ words }) => words);

describe('the last CMD of a Dockerfile', () => {
    it.each([
        ['in JSON form', 'FROM node\nCMD ["node", "src/main.js"]', [['node', 'src/main.js']]],
        ['in shell form', 'FROM node\nCMD node src/main.js', [['node', 'src/main.js']]],
        ['of several', 'CMD ["a"]\nFROM x\nCMD ["b"]', [['b']]],
        ['over two lines', 'CMD node \\\n  main.js', [['node', 'main.js']]],
        ['over lines with a comment', 'CMD ["node", \\\n # the entry\n "main.js"]', [['node', 'main.js']]],
        ['after a comment', '# CMD ["a"]\ncmd npm start --silent\n', [['npm', 'start', '--silent']]],
        ['with Windows line ends', 'FROM x\r\nCMD ["node", "main.js"]\r\n', [['node', 'main.js']]],
        ['of two commands', 'CMD ./xvfb.sh && npm start', [['./xvfb.sh'], ['npm', 'start']]],
        ['that is broken JSON', 'CMD ["node", main.js]', [['["node",', 'main.js]']]],
        ['with words that a shell would change', 'CMD ["node", "a b.js", "$X"]', [['node', "'a b.js'", "'$X'"]]],
        ['outside of a here-document', 'CMD ["a"]\nRUN <<EOF\nCMD ["b"]\nEOF\n', [['a']]],
        ['of the stage on which the last is based', 'FROM x AS a\nCMD ["a"]\nFROM y\nCMD ["b"]\nFROM a', [['a']]],
        ['of no other stage', 'FROM x AS a\nCMD ["a"]\nFROM node', []],
        ["of Apify's base image", 'FROM node AS a\nCMD ["a"]\nFROM apify/actor-node:22\nCOPY . ./', [['npm', 'start']]],
        [
            'after an ENTRYPOINT that resets it',
            'FROM x AS a\nCMD ["a"]\nFROM a\nENTRYPOINT ["node", "b"]',
            [['node', 'b']],
        ],
    ])('is found %s', (_, dockerfile, commands) => {
        expect(wordsOf(dockerfile)).toEqual(commands);
    });

    it('comes after the words of an ENTRYPOINT', () => {
        expect(wordsOf('ENTRYPOINT ["node"]\nCMD ["main.js"]')).toEqual([['node', 'main.js']]);
    });

    it('is ignored beside an ENTRYPOINT in shell form', () => {
        expect(wordsOf('ENTRYPOINT node main.js\nCMD ["other.js"]')).toEqual([['node', 'main.js']]);
    });

    it('may be missing', () => {
        expect(wordsOf('FROM node:22\nCOPY . ./')).toEqual([]);
    });
});

describe('the variables of a Dockerfile', () => {
    it.each([
        ['ENV A=1 B="x y" C=a\\ b', { A: '1', B: 'x y', C: 'a b' }],
        ['ENV A some text', { A: 'some text' }],
        ["ENV A=1\nENV B=$A-${C:-3} \\\n  D='$A'", { A: '1', B: '1-3', D: '$A' }],
        ['ARG V=2\nENV A=$V', { A: '2' }],
        ['ARG V=2\nARG PASSED=x\nENV A=$PASSED', { A: 'given' }],
        ['FROM x AS a\nENV A=1\nFROM a\nENV B=2', { A: '1', B: '2' }],
        ['FROM x AS a\nENV A=1\nFROM y\nENV B=2', { B: '2' }],
        ['ENV URL=https://a.b/?c=1&d=(2)', { URL: 'https://a.b/?c=1&d=(2)' }],
    ])('are parsed: %s', (dockerfile, env) => {
        expect(parseDockerfile(dockerfile, { PASSED: 'given' }).env).toEqual(env);
    });
});
