import { effect, signal } from '@preact/signals';

/** What this browser keeps for this engine: by origin, and so by port. It may keep nothing, as in a private window. */
const PREFIX = 'greenroom.';

/** Reads what was kept under a name; undefined if nothing was. */
export function readStored(name: string): string | undefined {
    try {
        return localStorage.getItem(PREFIX + name) ?? undefined;
    } catch {
        return undefined;
    }
}

/** Keeps a text under a name; undefined keeps nothing any more. */
export function store(name: string, text: string | undefined): void {
    try {
        if (text === undefined) localStorage.removeItem(PREFIX + name);
        else localStorage.setItem(PREFIX + name, text);
    } catch {
        // Then it is for this page only.
    }
}

export type Theme = 'system' | 'light' | 'dark';

const THEMES: readonly Theme[] = ['system', 'light', 'dark'];

export const theme = signal<Theme>(THEMES.find((known) => known === readStored('theme')) ?? 'system');

export function applyTheme(): void {
    effect(() => {
        document.documentElement.dataset['theme'] = theme.value;
        store('theme', theme.value === 'system' ? undefined : theme.value);
    });
}

export function switchTheme(): void {
    theme.value = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length]!;
}
