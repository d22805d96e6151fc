import { spawn } from 'node:child_process';

const OPENERS: Readonly<Record<string, readonly [string, ...string[]]>> = {
    darwin: ['open'],
    // The empty word is the title of the window, which comes first.
    win32: ['cmd', '/c', 'start', '""'],
};

/** Opens a page in the browser of whoever sits there. Settles with whether something was found to do it. */
export function openBrowser(url: string): Promise<boolean> {
    const [program, ...args] = OPENERS[process.platform] ?? ['xdg-open'];
    return new Promise((resolve) => {
        const child = spawn(program, [...args, url], { stdio: 'ignore', detached: true });
        child.once('error', () => resolve(false));
        child.once('spawn', () => {
            child.unref();
            resolve(true);
        });
    });
}
