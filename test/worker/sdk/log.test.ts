import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Log, LogLevel } from '../../../src/worker/sdk/logging/log.js';

let stdout: string[];
let stderr: string[];

beforeEach(() => {
    stdout = [];
    stderr = [];
    vi.spyOn(process.stdout, 'write').mockImplementation((line) => stdout.push(String(line)) > 0);
    vi.spyOn(process.stderr, 'write').mockImplementation((line) => stderr.push(String(line)) > 0);
});

afterEach(() => {
    vi.unstubAllEnvs();
});

describe('the log', () => {
    it('writes warnings and errors to stderr and other levels to stdout, in the format of the platform', () => {
        const log = new Log({ level: LogLevel.PERF });

        log.info('hi', { a: 1 });
        log.debug('d');
        log.perf('p');
        log.softFail('s');
        log.warning('w', {});
        log.error('e');

        expect(stdout).toEqual(['INFO  hi {"a":1}\n', 'DEBUG d\n', 'PERF  p\n', 'SFAIL s\n']);
        expect(stderr).toEqual(['WARN  w\n', 'ERROR e\n']);
    });

    it('takes its level from the environment until it is set', () => {
        const log = new Log();

        log.debug('1');
        vi.stubEnv('APIFY_LOG_LEVEL', 'debug');
        log.debug('2');
        log.setLevel(log.LEVELS.ERROR);
        log.info('3');

        expect(stdout).toEqual(['DEBUG 2\n']);
        expect(LogLevel[log.getLevel()]).toBe('ERROR');
        expect(() => log.setLevel(9)).toThrow('`level` is 9');
    });

    it('writes JSON if the environment says so', () => {
        vi.stubEnv('APIFY_LOG_FORMAT', 'JSON');

        new Log({ prefix: 'P' }).info('hi', { a: 1 });

        expect(JSON.parse(stdout[0]!)).toEqual({ time: expect.any(String), level: 'INFO', msg: 'P: hi', a: 1 });
    });

    it('has children with their own prefix', () => {
        const log = new Log({ prefix: 'A', data: { x: 1 } });

        log.child({ prefix: 'B', data: { y: 2 } }).info('hi', { z: 3 });

        expect(stdout).toEqual(['INFO  A:B: hi {"x":1,"y":2,"z":3}\n']);
    });

    it('logs the same warning once', () => {
        const log = new Log();

        log.deprecated('old');
        log.deprecated('old');

        expect(stderr).toEqual(['WARN  old\n']);
    });

    it('shows an error with its stack, details and cause', () => {
        const cause = new RangeError('inner');
        const error = Object.assign(new Error('outer', { cause }), { type: 'bad', details: { id: 5 } });

        new Log().exception(error, 'It failed.');

        expect(stderr[0]).toMatch(/^ERROR It failed\.\n {2}outer\(details: type=bad, id=5\)\n {6}at /);
        expect(stderr[0]).toMatch(/\n {4}CAUSE:\n {4}inner\n {8}at /);
    });

    it.each([
        ['a long string', 'x'.repeat(2_000), `"${'x'.repeat(486)}...[truncated]"`],
        ['many fields', Object.fromEntries(Array.from({ length: 11 }, (_, n) => [`f${n}`, n])), '"[TRUNCATED]":true'],
        ['depth', { a: { b: { c: { d: 1 } } } }, '{"a":{"b":{"c":"[object]"}}}'],
        ['values that JSON cannot represent', [1n, () => {}, Symbol('s')], '["1","[function]","Symbol(s)"]'],
    ])('truncates %s', (_, value, shown) => {
        new Log().info('m', { value });

        expect(stdout[0]).toContain(shown);
    });

    it('accepts circular data', () => {
        const data: Record<string, unknown> = {};
        data.self = data;

        new Log().info('m', data);

        expect(stdout[0]).toContain('"self":{"self"');
    });
});
