import { execFile, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { beforeEach, onTestFinished } from 'vitest';
import { cliEnv, CLI } from './cli.js';
import { waitUntil } from '../wait-until.js';

const call = promisify(execFile);
const WAIT = { timeoutMillis: 20_000, intervalMillis: 40 };

/** Skips the tests of a file where there is no terminal to be had. */
export function skipWithoutTmux(): void {
    const isMissing = spawnSync('tmux', ['-V']).error !== undefined;
    beforeEach(({ skip }) => skip(isMissing, 'There is no tmux on this machine: apt-get install tmux'));
}

/** A shell in a hidden terminal. */
export interface TestTerminal {
    /** Types a line. `greenroom` is the built command line. */
    type(line: string): Promise<void>;
    /** Presses keys, as tmux names them: `C-c`. */
    press(...keys: string[]): Promise<void>;
    /** Returns the visible text; with `colours`, including the colour sequences. */
    screen(options?: { colours?: boolean }): Promise<string>;
    /** Waits until something can be seen, and gives the screen. */
    see(pattern: RegExp): Promise<string>;
    /** Closes it: what runs in it gets SIGHUP. */
    close(): Promise<void>;
}

/** Opens a terminal; it is closed, with all that runs in it, after the test. */
export async function openTestTerminal(cwd: string, { width = 100, height = 40 } = {}): Promise<TestTerminal> {
    const server = `greenroom-test-${randomUUID()}`;
    const tmux = async (...args: string[]): Promise<string> =>
        (await call('tmux', ['-u', '-L', server, '-f', '/dev/null', ...args])).stdout;
    const env = Object.entries(cliEnv()).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]));
    const shell = [
        'env',
        '-i',
        ...env.filter((one) => !one.startsWith('TMUX')),
        'TERM=tmux-256color',
        'PS1=$ ',
        'bash',
        '--norc',
        '--noprofile',
    ];
    await tmux('new-session', '-d', '-x', String(width), '-y', String(height), '-c', cwd, ...shell);
    const close = async (): Promise<void> => {
        await tmux('kill-server').catch(() => {});
    };
    onTestFinished(close);
    const screen: TestTerminal['screen'] = ({ colours = false } = {}) =>
        tmux('capture-pane', '-p', ...(colours ? ['-e'] : []));
    const press: TestTerminal['press'] = async (...keys) => void (await tmux('send-keys', ...keys));
    const type = async (line: string): Promise<void> => {
        await tmux('send-keys', '-l', line);
        await press('Enter');
    };
    const see = async (pattern: RegExp): Promise<string> => {
        let last = '';
        try {
            return await waitUntil(
                `${pattern} to be seen`,
                async () => {
                    last = await screen();
                    return pattern.test(last) && last;
                },
                WAIT,
            );
        } catch (error) {
            throw new Error(`${String(error)} The screen is:\n${last}`, { cause: error });
        }
    };
    await type(`greenroom() { '${process.execPath}' '${CLI}' "$@"; }; clear`);
    await see(/^\$ ?$/m);
    return { type, press, screen, see, close };
}
