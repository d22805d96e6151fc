import { readStored, store } from './stored.js';
import { Value } from './value.js';

/** What the colours follow: the system, or what somebody has chosen. */
export type Theme = 'system' | 'light' | 'dark';

const THEMES: readonly Theme[] = ['system', 'light', 'dark'];

/** The theme in force. */
export const theme = new Value<Theme>(THEMES.find((known) => known === readStored('theme')) ?? 'system');

/** Puts the theme in force, now and at each change. */
export function applyTheme(): void {
    const apply = (chosen: Theme): void => {
        document.documentElement.dataset['theme'] = chosen;
        store('theme', chosen === 'system' ? undefined : chosen);
    };
    theme.listen(apply);
    apply(theme.current);
}

/** Takes the next theme: system, light, dark. */
export function switchTheme(): void {
    theme.set(THEMES[(THEMES.indexOf(theme.current) + 1) % THEMES.length]!);
}
